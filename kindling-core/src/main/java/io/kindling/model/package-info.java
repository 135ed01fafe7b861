/**
 * What training leaves: a network with its numbers, and where they came from.
 *
 * <p>May import {@code tensor} and {@code network}.
 */
package io.kindling.model;
