package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a recurrent layer goes through a sequence, {@code [steps, channels]}, and what it gives back.
 *
 * @param direction from the first step on, or from the last back
 * @param returns the state behind the last step taken, {@code [units]}, or that behind each, {@code
 *     [steps, units]}, in the order of the sequence
 */
public record Recurrence(Direction direction, Returns returns) {

  /** Which way. */
  public enum Direction {
    FORWARD,
    BACKWARD;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which states. */
  public enum Returns {
    LAST,
    ALL;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final Recurrence TO_LAST = new Recurrence(Direction.FORWARD, Returns.LAST);

  Recurrence backward() {
    return new Recurrence(Direction.BACKWARD, returns);
  }

  Recurrence returningAll() {
    return new Recurrence(direction, Returns.ALL);
  }

  /**
   * A layer's step: from what the step before left behind, and this step's part of the input, to
   * what is left behind now.
   */
  interface Cell {
    /**
     * Takes a step.
     *
     * @param before empty in the first step, where all of it counts as zero
     * @param input {@code [width]}
     * @return the output, {@code [units]}, first
     */
    List<Tensor> next(List<Tensor> before, Tensor input);
  }

  static void checkGates(Activation gates) {
    if (gates.isAlongAxis()) {
      throw new IllegalArgumentException(
          "Invalid gates " + gates + ". Use a function of one number, such as sigmoid.");
    }
  }

  Shape outputShape(List<Shape> inputs, int units) {
    Shape sequence = sequence(inputs);
    return returns == Returns.ALL ? Shape.of(sequence.dimension(0), units) : Shape.of(units);
  }

  /** The sequence; a second input is its mask. */
  static Shape sequence(List<Shape> inputs) {
    Shape sequence = Layer.onlySequence(inputs.subList(0, 1));
    Shape steps = Shape.of(sequence.dimension(0));
    if (inputs.size() > 2 || (inputs.size() == 2 && !inputs.get(1).equals(steps))) {
      throw new IllegalArgumentException(
          "it takes a sequence [steps, channels] and perhaps its mask [steps] but got " + inputs);
    }
    return sequence;
  }

  /**
   * All steps, one behind the other in the graph.
   *
   * @param sequence {@code [steps, width]}
   * @param mask {@code [steps]}: where it is 0, a step is left out and its output is that of the
   *     step before
   */
  Tensor run(Tensor sequence, Optional<Tensor> mask, Cell cell) {
    // Cut at once: the gradients of as many slices would each be as large as the sequence.
    List<Tensor> inputs = sequence.unstacked(0);
    List<Tensor> isThere = mask.map(each -> each.split(0, inputs.size())).orElse(List.of());
    int steps = inputs.size();
    List<Tensor> states = List.of();
    Tensor[] outputs = new Tensor[steps];
    for (int i = 0; i < steps; i++) {
      int step = direction == Direction.FORWARD ? i : steps - 1 - i;
      List<Tensor> next = cell.next(states, inputs.get(step));
      states = mask.isEmpty() ? next : kept(states, next, isThere.get(step));
      outputs[step] = states.get(0);
    }
    List<Tensor> all = List.of(outputs);
    return returns == Returns.LAST ? states.get(0) : all.get(0).stacked(all.subList(1, steps));
  }

  private static List<Tensor> kept(List<Tensor> before, List<Tensor> next, Tensor isThere) {
    List<Tensor> kept = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      Tensor moved = next.get(i);
      kept.add(
          before.isEmpty()
              ? moved.times(isThere)
              : before.get(i).plus(isThere.times(moved.minus(before.get(i)))));
    }
    return kept;
  }
}
