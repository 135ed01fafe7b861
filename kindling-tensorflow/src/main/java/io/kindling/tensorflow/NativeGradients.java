package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import io.kindling.engine.EngineException;
import io.kindling.engine.Objective;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Gradients as TensorFlow left them, one tensor per view; read in bulk from where they lie. The
 * same object serves each step and holds the tensors of the last one.
 *
 * <p>Fetched are: loss and metrics in one vector, the new state's views, the gradients of those
 * views that the loss depends on, of sparse ones the rows' numbers and their values.
 */
final class NativeGradients implements Gradients, AutoCloseable {

  private final NativeScope scope;
  private final float[] sums; // [loss, accumulators…]
  private final ParameterLayout parameters;
  private final ParameterLayout state;
  private final List<ParameterGradient> withGradient;
  private final NativeFloats[] newState;
  private final NativeFloats[] views; // null where the loss does not depend on the view
  private final int[][] rows; // null where the gradient is dense
  private final long[][] sorted; // null until it is wanted
  private final int[] starts;
  private final Pointer[] held;
  private long heldBytes;
  private boolean isHolding;
  private int batchRows;

  NativeGradients(
      NativeScope scope,
      Objective objective,
      List<ParameterGradient> withGradient,
      int fetchCount) {
    this.scope = scope;
    this.sums = new float[1 + objective.accumulators()];
    this.parameters = objective.network().parameters();
    this.state = objective.network().state();
    this.withGradient = withGradient;
    this.newState = new NativeFloats[state.views().size()];
    this.views = new NativeFloats[parameters.views().size()];
    this.rows = new int[parameters.views().size()][];
    this.sorted = new long[parameters.views().size()][];
    this.starts = parameters.views().stream().mapToInt(View::offset).toArray();
    this.held = new Pointer[fetchCount];
  }

  /** Takes ownership of what was fetched for a batch. */
  void accept(Pointer[] fetched, int batchRows) {
    this.batchRows = batchRows;
    System.arraycopy(fetched, 0, held, 0, held.length);
    isHolding = true;
    for (Pointer tensor : held) {
      long size = TF_TensorByteSize(new TF_Tensor(tensor));
      heldBytes += size;
      scope.opened(size);
    }
    int next = 0;
    floats(next++, sums.length, "loss").read(0, sums, 0, sums.length);
    for (int i = 0; i < newState.length; i++) {
      View view = state.views().get(i);
      newState[i] = floats(next++, view.size(), view.name());
    }
    for (ParameterGradient each : withGradient) {
      View view = each.view();
      int place = place(view);
      int size = view.size();
      if (each.isSparse()) {
        rows[place] = integers(next++);
        size = rows[place].length * view.rowSize();
      }
      views[place] = floats(next++, size, view.name());
    }
  }

  private int place(View view) {
    return Arrays.binarySearch(starts, view.offset());
  }

  private int[] integers(int index) {
    TF_Tensor tensor = new TF_Tensor(held[index]);
    BytePointer data = new BytePointer(TF_TensorData(tensor));
    data.capacity(TF_TensorByteSize(tensor));
    int[] numbers = new int[(int) (data.capacity() / Integer.BYTES)];
    data.asByteBuffer().order(ByteOrder.nativeOrder()).asIntBuffer().get(numbers);
    return numbers;
  }

  private NativeFloats floats(int index, int expected, String name) {
    TF_Tensor tensor = new TF_Tensor(held[index]);
    long actual = TF_TensorByteSize(tensor);
    if (actual != (long) expected * Float.BYTES) {
      forget();
      throw new EngineException(
          "The gradient of '"
              + name
              + "' came out with "
              + actual
              + " bytes but expected "
              + (long) expected * Float.BYTES
              + ".");
    }
    return new NativeFloats(TF_TensorData(tensor), expected);
  }

  @Override
  public int rows() {
    return batchRows;
  }

  @Override
  public float loss() {
    return sums[0];
  }

  @Override
  public float[] metricSums() {
    return Arrays.copyOfRange(sums, 1, sums.length);
  }

  @Override
  public void read(int from, float[] into, int offset, int length) {
    requireHeld();
    int end = from + length;
    Objects.checkFromToIndex(from, end, parameters.size());
    Objects.checkFromIndexSize(offset, length, into.length);
    int place = Arrays.binarySearch(starts, from);
    place = place >= 0 ? place : -place - 2;
    while (from < end) {
      View view = parameters.views().get(place);
      int viewEnd = view.offset() + view.size();
      if (from < viewEnd) {
        int count = Math.min(end, viewEnd) - from;
        if (views[place] == null) {
          Arrays.fill(into, offset, offset + count, 0);
        } else {
          readView(place, from - view.offset(), into, offset, count);
        }
        from += count;
        offset += count;
      }
      int gapEnd = place + 1 < starts.length ? starts[place + 1] : parameters.size();
      int gap = Math.min(end, gapEnd) - from;
      if (gap > 0) {
        Arrays.fill(into, offset, offset + gap, 0);
        from += gap;
        offset += gap;
      }
      place++;
    }
  }

  private void readView(int place, int from, float[] into, int offset, int count) {
    if (rows[place] == null) {
      views[place].read(from, into, offset, count);
      return;
    }
    Arrays.fill(into, offset, offset + count, 0);
    int size = parameters.views().get(place).rowSize();
    long[] inOrder = inOrder(place);
    int at = Arrays.binarySearch(inOrder, (long) (from / size) << 32);
    for (at = at < 0 ? -at - 1 : at; at < inOrder.length; at++) {
      int row = (int) (inOrder[at] >> 32);
      int first = Math.max(from, row * size);
      int last = Math.min(from + count, (row + 1) * size);
      if (first >= last) {
        break;
      }
      int packed = (int) inOrder[at] * size + first - row * size;
      views[place].read(packed, into, offset + first - from, last - first);
    }
  }

  /** The rows of a sparse gradient by number, each with its place in the pack behind. */
  private long[] inOrder(int place) {
    if (sorted[place] == null) {
      long[] order = new long[rows[place].length];
      for (int i = 0; i < order.length; i++) {
        order[i] = (long) rows[place][i] << 32 | i;
      }
      Arrays.sort(order);
      sorted[place] = order;
    }
    return sorted[place];
  }

  @Override
  public Optional<int[]> rowsOf(View view) {
    requireHeld();
    return Optional.ofNullable(rows[place(view)]);
  }

  @Override
  public void readRows(View view, float[] into, int offset) {
    int count = rowsOf(view).orElseThrow().length * view.rowSize();
    views[place(view)].read(0, into, offset, count);
  }

  @Override
  public void readState(float[] into, int offset) {
    requireHeld();
    Objects.checkFromIndexSize(offset, state.size(), into.length);
    Arrays.fill(into, offset, offset + state.size(), 0);
    for (int i = 0; i < newState.length; i++) {
      View view = state.views().get(i);
      newState[i].read(0, into, offset + view.offset(), view.size());
    }
  }

  private void requireHeld() {
    if (!isHolding) {
      throw new IllegalStateException(
          "The gradients are gone: they are valid until the program's next call.");
    }
  }

  /** Frees the tensors of the last step. */
  void forget() {
    if (isHolding) {
      isHolding = false;
      for (int i = 0; i < held.length; i++) {
        SessionCall.delete(held[i]);
        scope.closed(i == 0 ? heldBytes : 0);
      }
      heldBytes = 0;
      Arrays.fill(views, null);
      Arrays.fill(rows, null);
      Arrays.fill(sorted, null);
      Arrays.fill(newState, null);
    }
  }

  @Override
  public void close() {
    forget();
  }
}
