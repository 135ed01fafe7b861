package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionRun;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * One way to run a graph: what is fed and what is fetched, resolved once. May be run by many
 * threads at once; each run uses a frame of its own, and frames are used again.
 */
final class SessionCall implements AutoCloseable {

  private final NativeSession session;
  private final TF_Output feeds;
  private final int feedCount;
  private final TF_Output fetches;
  private final int fetchCount;
  private final Queue<Frame> idle = new ConcurrentLinkedQueue<>();

  SessionCall(
      NativeSession session, TF_Output feeds, int feedCount, TF_Output fetches, int fetchCount) {
    this.session = session;
    this.feeds = feeds;
    this.feedCount = feedCount;
    this.fetches = fetches;
    this.fetchCount = fetchCount;
  }

  /** The arguments of one run, in native memory. */
  private static final class Frame {
    private final PointerPointer<Pointer> in;
    private final PointerPointer<Pointer> out;
    private final TF_Status status = TF_Status.newStatus();
    private final TF_Tensor[] fed;

    Frame(int feeds, int fetches) {
      in = new PointerPointer<>(Math.max(1, feeds));
      out = new PointerPointer<>(Math.max(1, fetches));
      fed = new TF_Tensor[feeds];
    }

    @SuppressWarnings("ReferenceEquality") // the same object is at the same address
    void feed(int index, TF_Tensor tensor) {
      if (fed[index] != tensor) {
        in.put(index, tensor);
        fed[index] = tensor;
      }
    }

    void free() {
      in.close();
      out.close();
      status.close();
    }
  }

  /**
   * Computes the fetches.
   *
   * @param constant the first tensors to feed
   * @param varying the tensors to feed behind them; surplus ones are not fed
   * @param fetched takes the tensors, which the caller then deletes
   */
  void run(List<TF_Tensor> constant, TF_Tensor[] varying, Pointer[] fetched) {
    Frame frame = idle.poll();
    if (frame == null) {
      frame = new Frame(feedCount, fetchCount);
    }
    int fixed = constant.size();
    for (int i = 0; i < feedCount; i++) {
      frame.feed(i, i < fixed ? constant.get(i) : varying[i - fixed]);
    }
    TF_SessionRun(
        session.handle(),
        session.runOptions(),
        feeds,
        frame.in,
        feedCount,
        fetches,
        frame.out,
        fetchCount,
        (PointerPointer<?>) null,
        0,
        (TF_Buffer) null,
        frame.status);
    try {
      NativeSession.check(frame.status, "compute");
      for (int i = 0; i < fetchCount; i++) {
        fetched[i] = frame.out.get(i);
      }
    } finally {
      idle.add(frame);
    }
  }

  int fetchCount() {
    return fetchCount;
  }

  static void delete(Pointer fetched) {
    TF_DeleteTensor(new TF_Tensor(fetched));
  }

  @Override
  public void close() {
    for (Frame frame = idle.poll(); frame != null; frame = idle.poll()) {
      frame.free();
    }
    feeds.close();
    fetches.close();
  }
}
