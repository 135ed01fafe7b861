package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/** Sequences, {@code [steps, channels]}, as pictures one high. */
final class Sequences {

  private Sequences() {}

  static Tensor asImage(Tensor sequence) {
    List<Integer> dimensions = new ArrayList<>(sequence.shape().dimensions());
    dimensions.add(0, 1);
    return sequence.reshaped(new Shape(dimensions));
  }

  static Shape over(Window window, Shape sequence, int channels) {
    Shape image = Shape.of(1, sequence.dimension(0), sequence.dimension(1));
    return Shape.of(window.over(image, channels).dimension(1), channels);
  }

  static void checkWindow(Window window) {
    if (window.height() != 1) {
      throw new IllegalArgumentException(
          "Invalid window " + window + ". A window over sequences has height 1.");
    }
  }

  /** What is left of an array whose places are pooled: its channels. A second input is its mask. */
  static Shape pooled(List<Shape> inputs) {
    Shape input = inputs.size() == 1 ? Layer.onlyArray(inputs) : Recurrence.sequence(inputs);
    return Shape.of(input.dimension(-1));
  }
}
