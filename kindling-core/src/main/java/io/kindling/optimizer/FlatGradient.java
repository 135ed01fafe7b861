package io.kindling.optimizer;

import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The gradient of one step, each number at the place of its parameter.
 *
 * @param values at least as long as the parameters
 * @param rows by the name of each array whose gradient is sparse: the rows it is about, each once;
 *     what {@code values} holds at the other rows does not count
 */
public record FlatGradient(float[] values, Map<String, int[]> rows) {

  /** About all parameters. */
  public static FlatGradient dense(float[] values) {
    return new FlatGradient(values, Map.of());
  }

  /**
   * What a program made of a batch.
   *
   * @param values where the numbers go
   */
  public static FlatGradient read(Gradients gradients, ParameterLayout layout, float[] values) {
    gradients.read(0, values, 0, layout.denseSize());
    Map<String, int[]> rows = new HashMap<>();
    for (View view : layout.views()) {
      if (view.offset() < layout.denseSize()) {
        continue;
      }
      Optional<int[]> named = gradients.rowsOf(view);
      if (named.isEmpty()) {
        gradients.read(view.offset(), values, view.offset(), view.size());
        continue;
      }
      float[] packed = new float[named.get().length * view.rowSize()];
      gradients.readRows(view, packed, 0);
      for (int i = 0; i < named.get().length; i++) {
        int place = view.offset() + named.get()[i] * view.rowSize();
        System.arraycopy(packed, i * view.rowSize(), values, place, view.rowSize());
      }
      rows.put(view.name(), named.get());
    }
    return new FlatGradient(values, rows);
  }

  /** The rows of an array that the gradient is about; empty if all. */
  Optional<int[]> rowsOf(View view) {
    return Optional.ofNullable(rows.get(view.name()));
  }

  /** Writes zeros to the rows of an array that the gradient is not about. */
  void fillOthers(View view, int[] named) {
    int count = view.size() / view.rowSize();
    BitSet isNamed = new BitSet(count);
    IntStream.of(named).forEach(isNamed::set);
    for (int row = isNamed.nextClearBit(0); row < count; row = isNamed.nextClearBit(row + 1)) {
      int from = view.offset() + row * view.rowSize();
      Arrays.fill(values, from, from + view.rowSize(), 0);
    }
  }
}
