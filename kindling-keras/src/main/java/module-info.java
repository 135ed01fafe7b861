/** Keras files as networks of layers. */
module io.kindling.keras {
  requires transitive io.kindling.core;
  requires io.jhdf;

  exports io.kindling.keras;

  provides io.kindling.predict.ModelFormat with
      io.kindling.keras.KerasFormat;
}
