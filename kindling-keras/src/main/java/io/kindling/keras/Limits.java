package io.kindling.keras;

/** How large what a file declares may be, checked before memory is taken for it. */
final class Limits {

  /** Bytes of a configuration; that of a network of 1,000 layers has about one million. */
  static final int CONFIGURATION_BYTES = 32 << 20;

  /** Levels of brackets in a configuration; Keras needs about 12, and 5 more per nested model. */
  static final int JSON_DEPTH = 128;

  /** Models inside models. */
  static final int MODEL_DEPTH = 16;

  /** Layers, and applications of layers, of a model with all models inside it. */
  static final int LAYERS = 4000;

  /** Files in an archive; Keras writes three, and those of vocabularies. */
  static final int ENTRIES = 1000;

  /** Unpacked bytes per packed one from where on an entry is taken for a bomb. */
  static final int RATIO = 200;

  /** Below so many unpacked bytes no ratio is one of a bomb. */
  static final long RATIO_FROM = 1 << 20;

  private Limits() {}
}
