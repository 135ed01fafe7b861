/** Networks, losses, optimizers, the training loop and the archive. */
module io.kindling.core {
  requires transitive com.fasterxml.jackson.databind;
  requires org.slf4j;

  exports io.kindling.tensor;
  exports io.kindling.network;
  exports io.kindling.loss;
  exports io.kindling.metric;
  exports io.kindling.engine;
  exports io.kindling.file;
  exports io.kindling.model;
  exports io.kindling.archive;
  exports io.kindling.optimizer;
  exports io.kindling.training;
  exports io.kindling.predict;
  exports io.kindling.predict.wire;

  opens io.kindling.tensor to
      com.fasterxml.jackson.databind;
  opens io.kindling.network to
      com.fasterxml.jackson.databind;
  opens io.kindling.loss to
      com.fasterxml.jackson.databind;
  opens io.kindling.metric to
      com.fasterxml.jackson.databind;
  opens io.kindling.optimizer to
      com.fasterxml.jackson.databind;
  opens io.kindling.model to
      com.fasterxml.jackson.databind;
  opens io.kindling.archive to
      com.fasterxml.jackson.databind;
  opens io.kindling.training to
      com.fasterxml.jackson.databind;

  uses io.kindling.engine.EngineProvider;
  uses io.kindling.network.NetworkFormat;
  uses io.kindling.predict.ModelFormat;

  provides io.kindling.network.NetworkFormat with
      io.kindling.network.LayerNetwork.Format;
}
