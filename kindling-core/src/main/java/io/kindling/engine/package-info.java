/**
 * The seam to a compute engine: what a network compiles to, and who owns its memory.
 *
 * <p>May import {@code tensor}, {@code network}, {@code loss} and {@code metric}. A program is a
 * pure function of what it is fed; it holds no parameters of its own, only the place from which it
 * reads them.
 */
package io.kindling.engine;
