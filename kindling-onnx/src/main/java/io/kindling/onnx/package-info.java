/**
 * ONNX models as {@link io.kindling.predict.LoadedModel}s, computed by ONNX Runtime.
 *
 * <p>The only package that knows ONNX Runtime; knows nothing of Spark, and reads protobuf with the
 * core's own reader, so that no version of a library of it has to agree with Spark's. A file is
 * read here field by field before ONNX Runtime sees it: its operations come from ONNX's own sets,
 * nothing of it lies outside of its folder, and what its tensors declare agrees with what they
 * hold. The bytes that were checked are those that are loaded.
 */
package io.kindling.onnx;
