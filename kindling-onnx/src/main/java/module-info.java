/** Models in ONNX, scored by ONNX Runtime in this process. */
module io.kindling.onnx {
  requires transitive io.kindling.core;
  requires com.microsoft.onnxruntime;

  exports io.kindling.onnx;

  provides io.kindling.predict.ModelFormat with
      io.kindling.onnx.OnnxFormat;
}
