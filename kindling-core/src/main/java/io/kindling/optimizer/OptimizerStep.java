package io.kindling.optimizer;

import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One step of a chain over all parameters.
 *
 * <p>Work goes block by block: run the chain, add to the parameters, write them where the engine
 * reads them, all while the block is in the cache. Rows of a sparse gradient are brought together
 * to blocks first. A transformation that looks at the whole update cuts the chain: the part before
 * it runs over all blocks first.
 */
final class OptimizerStep {

  /**
   * Floats per block: a block with its slots and parameters fits the first-level cache. With 4096,
   * Adam took a third longer over 1.7 million parameters.
   */
  static final int BLOCK = 1024;

  /** Floats of 64 bytes. */
  private static final int CACHE_LINE = 16;

  private final List<GradientTransform> chain;
  private final long step;
  private final StepGradient gradient;
  private final Memory flat;
  private final List<View> dense;
  private final ParameterMirror mirror;
  private final List<BoundTransform> links = new ArrayList<>();

  /** Where {@link #touch} leaves what it loads, so that the loads are not taken for idle. */
  @SuppressWarnings("UnusedVariable")
  private float touched;

  OptimizerStep(
      List<GradientTransform> chain,
      long step,
      StepGradient gradient,
      float[] parameters,
      float[][] slots,
      ParameterLayout layout,
      ParameterMirror mirror) {
    this.chain = chain;
    this.step = step;
    this.gradient = gradient;
    this.flat = new Memory(gradient.dense(), parameters, slots);
    this.mirror = mirror;
    Set<String> sparse =
        gradient.sparse().stream().map(rows -> rows.view().name()).collect(Collectors.toSet());
    this.dense = layout.views().stream().filter(view -> !sparse.contains(view.name())).toList();
  }

  /** Arrays with one index: the update, the parameters, the slots of all transformations. */
  private record Memory(float[] update, float[] parameters, float[][] slots) {}

  /** A transformation in this step, and where its slots begin. */
  private record BoundTransform(GradientTransform link, BlockTransform transform, int firstSlot) {

    void apply(Memory arrays, int from, int to, View view) {
      float[][] own = Arrays.copyOfRange(arrays.slots(), firstSlot, firstSlot + link.slots());
      transform.apply(new Block(arrays.update(), from, to, arrays.parameters(), own, view));
    }
  }

  void run() {
    int slot = 0;
    for (GradientTransform link : chain) {
      double norm = Double.NaN;
      if (link.needsWholeUpdate()) {
        norm = transformed();
        links.clear();
      }
      float[][] own = Arrays.copyOfRange(flat.slots(), slot, slot + link.slots());
      WholeUpdate whole = new WholeUpdate(flat.update(), flat.parameters(), own, norm);
      links.add(new BoundTransform(link, link.at(step, whole), slot));
      slot += link.slots();
    }
    for (View view : dense) {
      transform(
          view,
          (from, to) -> {
            add(flat, from, to);
            mirror.write(flat.parameters(), from, to - from);
          });
    }
    for (RowGradient rows : gradient.sparse()) {
      inPacks(rows, true);
    }
  }

  /** Runs the links there are over all arrays, and gives the norm of what they make. */
  private double transformed() {
    double squares = 0;
    for (View view : dense) {
      transform(view, (from, to) -> {});
      squares += Norms.squared(flat.update(), view.offset(), view.offset() + view.size());
    }
    for (RowGradient rows : gradient.sparse()) {
      inPacks(rows, false);
      squares += Norms.squared(rows.values(), 0, rows.values().length);
    }
    return Math.sqrt(squares);
  }

  /** What is done with a range once its update is known. */
  private interface Completion {
    void of(int from, int to);
  }

  /**
   * Runs the links over one array: block by block, but at once where a link wants the whole of it.
   */
  private void transform(View view, Completion completion) {
    int end = view.offset() + view.size();
    int first = 0;
    for (int i = 0; i < links.size(); i++) {
      if (links.get(i).link().needsWholeArrays()) {
        inBlocks(links.subList(first, i), view, (from, to) -> {});
        links.get(i).apply(flat, view.offset(), end, view);
        first = i + 1;
      }
    }
    inBlocks(links.subList(first, links.size()), view, completion);
  }

  private void inBlocks(List<BoundTransform> some, View view, Completion completion) {
    int end = view.offset() + view.size();
    for (int from = view.offset(); from < end; from += BLOCK) {
      int to = Math.min(from + BLOCK, end);
      for (BoundTransform link : some) {
        link.apply(flat, from, to, view);
      }
      completion.of(from, to);
    }
  }

  private static void add(Memory arrays, int from, int to) {
    float[] update = arrays.update();
    float[] parameters = arrays.parameters();
    for (int i = from; i < to; i++) {
      parameters[i] += update[i];
    }
  }

  /**
   * Runs the links over rows, as many at once as make a block, so that no array as long as the
   * table has to hold the gradient. Row by row in place took about as long.
   *
   * @param isLast whether what comes out is added to the parameters; else it becomes the gradient
   */
  private void inPacks(RowGradient gradient, boolean isLast) {
    int size = gradient.view().rowSize();
    int count = Math.max(1, BLOCK / size);
    Memory pack =
        new Memory(
            new float[count * size],
            new float[count * size],
            new float[flat.slots().length][count * size]);
    for (int from = 0; from < gradient.rows().length; from += count) {
      int to = Math.min(from + count, gradient.rows().length);
      int length = (to - from) * size;
      System.arraycopy(gradient.values(), from * size, pack.update(), 0, length);
      gather(gradient, from, to, flat.parameters(), pack.parameters());
      for (int slot = 0; slot < flat.slots().length; slot++) {
        gather(gradient, from, to, flat.slots()[slot], pack.slots()[slot]);
      }
      for (BoundTransform link : links) {
        link.apply(pack, 0, length, gradient.view());
      }
      for (int slot = 0; slot < flat.slots().length; slot++) {
        scatter(gradient, from, to, pack.slots()[slot], flat.slots()[slot]);
      }
      if (isLast) {
        add(pack, 0, length);
        scatter(gradient, from, to, pack.parameters(), flat.parameters());
        int base = gradient.view().offset();
        for (int i = from; i < to; i++) {
          mirror.write(flat.parameters(), base + gradient.rows()[i] * size, size);
        }
      } else {
        System.arraycopy(pack.update(), 0, gradient.values(), from * size, length);
      }
    }
  }

  private void gather(RowGradient rows, int from, int to, float[] array, float[] pack) {
    int base = rows.view().offset();
    int size = rows.view().rowSize();
    int[] numbers = rows.rows();
    touch(numbers, from, to, array, base, size);
    for (int i = from; i < to; i++) {
      System.arraycopy(array, base + numbers[i] * size, pack, (i - from) * size, size);
    }
  }

  /**
   * Brings rows into the cache by loads that do not wait for each other, so that the copies wait
   * for the memory about once and not for each row.
   */
  private void touch(int[] numbers, int from, int to, float[] array, int base, int size) {
    float sum = 0;
    for (int line = 0; line < size; line += CACHE_LINE) {
      for (int i = from; i < to; i++) {
        sum += array[base + numbers[i] * size + line];
      }
    }
    touched = sum;
  }

  private static void scatter(RowGradient rows, int from, int to, float[] pack, float[] array) {
    int base = rows.view().offset();
    int size = rows.view().rowSize();
    int[] numbers = rows.rows();
    for (int i = from; i < to; i++) {
      System.arraycopy(pack, (i - from) * size, array, base + numbers[i] * size, size);
    }
  }
}
