/**
 * Networks computed by TensorFlow, in this process and in graph mode.
 *
 * <p>The only package, with {@code savedmodel} below it, that knows TensorFlow. Knows nothing of
 * Spark or of other workers. A graph holds no variables: parameters, state and rows are fed from
 * memory that is allocated once and read in place, and everything native is counted by its {@link
 * io.kindling.tensorflow.NativeScope}.
 */
package io.kindling.tensorflow;
