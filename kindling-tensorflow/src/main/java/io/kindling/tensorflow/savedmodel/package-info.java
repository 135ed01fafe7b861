/**
 * Networks as TensorFlow's own model folders, which TensorFlow Serving, Python and TensorFlow-Java
 * read without Kindling.
 *
 * <p>Parameters are written as variables, one per name, never as constants: a graph definition ends
 * at 2 GB, and a variable can be trained further.
 */
package io.kindling.tensorflow.savedmodel;
