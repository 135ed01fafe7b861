package io.kindling.tensorflow.predict;

/** Where the name of a file comes from that an operation reads. */
enum Origin {
  /** The prefix of the model's variables, which we feed. */
  VARIABLES,
  /** A file of the model's {@code assets/}, whose path we feed. */
  ASSET,
  /** Anything else: a constant, an input, a computation. */
  ELSEWHERE
}
