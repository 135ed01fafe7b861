/** The compute engine: networks as TensorFlow graphs, in this process. */
module io.kindling.tensorflow {
  requires transitive io.kindling.core;
  requires transitive tensorflow;
  requires tensorflow.nativelib;
  requires com.google.protobuf;
  requires org.bytedeco.javacpp;
  requires org.slf4j;

  exports io.kindling.tensorflow;
  exports io.kindling.tensorflow.savedmodel;
  exports io.kindling.tensorflow.predict;

  opens io.kindling.tensorflow to
      com.fasterxml.jackson.databind;

  provides io.kindling.engine.EngineProvider with
      io.kindling.tensorflow.TensorFlowEngine.Provider;
  provides io.kindling.network.NetworkFormat with
      io.kindling.tensorflow.GraphNetwork.Format;
  provides io.kindling.predict.ModelFormat with
      io.kindling.tensorflow.predict.SavedModelFormat,
      io.kindling.tensorflow.predict.CheckpointFormat,
      io.kindling.tensorflow.predict.FrozenGraphFormat;
}
