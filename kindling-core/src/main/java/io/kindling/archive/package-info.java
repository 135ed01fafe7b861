/**
 * Models on disk. A folder holds a readable description with the layout's version and a checksum
 * per file, and the numbers.
 *
 * <p>May import {@code tensor}, {@code network} and {@code model}. Sizes are checked before memory
 * is taken; nothing is read from outside the folder; a version once released stays readable.
 */
package io.kindling.archive;
