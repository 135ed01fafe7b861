package io.kindling.network;

import ai.onnxruntime.OrtEnvironment;

/** Breaks a rule on purpose: ONNX Runtime outside its module. */
public record CallsOnnxRuntime(OrtEnvironment environment) {}
