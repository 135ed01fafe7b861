package io.kindling.network;

import org.tensorflow.Graph;

/** Breaks a rule on purpose: TensorFlow outside its module. */
public record CallsTensorFlow(Graph graph) {}
