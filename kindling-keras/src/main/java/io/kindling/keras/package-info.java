/**
 * Models that Keras has saved, as networks of our own layers with their numbers.
 *
 * <p>May import {@code network}, {@code model}, {@code tensor}, {@code engine} and {@code predict}
 * of the core, and the reader of HDF5, which no other package knows. A file is data and never a
 * program: what it says is checked before memory is taken for it, nothing of it is run, and no
 * other file is opened because of it.
 */
package io.kindling.keras;
