package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.Traffic;
import io.kindling.cluster.strategy.SharedParameters.Answer;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Payload;
import io.kindling.network.ParameterLayout.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * What a worker and a parameter server say to each other over a link. Arrays travel one behind the
 * other, without gaps, in as many frames as they need. One thread at a time.
 *
 * @param views the arrays that are shared
 * @param traffic counts their bytes, which tells a slow link from one that hangs
 */
record Messages(Link link, List<View> views, Traffic traffic, Duration timeout) {

  static final byte PULL = 1;
  static final byte VALUES = 2;
  static final byte PUSH = 3;
  static final byte ANSWER = 4;

  private static final int FLOATS_PER_FRAME = (64 << 10) / Float.BYTES;

  /** The next message, however long it takes to come: whoever ends the link ends the wait. */
  Frame next() throws LinkException {
    while (true) {
      try {
        return receive();
      } catch (LinkException e) {
        if (e.reason() != LinkException.Reason.TIMEOUT) {
          throw e;
        }
      }
    }
  }

  Frame receive() throws LinkException {
    return link.receive(Deadline.after(timeout));
  }

  void sendPull() throws LinkException {
    link.send(new FrameHeader(PULL, 0, 0, 0), Payload.empty(), Deadline.after(timeout));
  }

  void sendAnswer(Answer answer) throws LinkException {
    byte[] isTaken = {(byte) (answer.isTaken() ? 1 : 0)};
    link.send(
        new FrameHeader(ANSWER, answer.staleness(), 0, isTaken.length),
        Payload.of(isTaken),
        Deadline.after(timeout));
  }

  Answer receiveAnswer() throws IOException {
    Frame frame = receive();
    require(frame, ANSWER, 0);
    return new Answer(frame.payload().get(0) == 1, frame.step());
  }

  /** Sends the arrays; where they have no number, that takes one frame, too. */
  void sendArrays(byte type, float[] values) throws LinkException {
    float[] packed = new float[size()];
    int at = 0;
    for (View view : views) {
      System.arraycopy(values, view.offset(), packed, at, view.size());
      at += view.size();
    }
    for (int part = 0; part < frames(packed.length); part++) {
      int from = part * FLOATS_PER_FRAME;
      int length = Math.min(FLOATS_PER_FRAME, packed.length - from);
      link.send(
          new FrameHeader(type, 0, part, length * Float.BYTES),
          buffer -> buffer.asFloatBuffer().put(packed, from, length),
          Deadline.after(timeout));
      traffic.sent(length * Float.BYTES);
    }
  }

  /**
   * Reads the arrays.
   *
   * @param first the first of their frames
   * @throws IOException if what comes is something else
   */
  void readArrays(Frame first, byte type, float[] into) throws IOException {
    float[] packed = new float[size()];
    Frame frame = first;
    for (int part = 0; part < frames(packed.length); part++) {
      frame = part == 0 ? first : receive();
      require(frame, type, part);
      int from = part * FLOATS_PER_FRAME;
      int length = Math.min(FLOATS_PER_FRAME, packed.length - from);
      ByteBuffer payload = frame.payload();
      if (payload.remaining() != length * Float.BYTES) {
        throw new IOException(
            "a frame of arrays has " + payload.remaining() + " bytes but expected " + 4 * length);
      }
      payload.asFloatBuffer().get(packed, from, length);
      traffic.received(length * Float.BYTES);
    }
    int at = 0;
    for (View view : views) {
      System.arraycopy(packed, at, into, view.offset(), view.size());
      at += view.size();
    }
  }

  private static void require(Frame frame, byte type, int part) throws IOException {
    if (frame.type() != type || frame.part() != part) {
      throw new IOException(
          "part %d of a message of type %d came where part %d of type %d was expected"
              .formatted(frame.part(), frame.type(), part, type));
    }
  }

  private int size() {
    return views.stream().mapToInt(View::size).sum();
  }

  private static int frames(int floats) {
    return Math.max(1, (floats + FLOATS_PER_FRAME - 1) / FLOATS_PER_FRAME);
  }
}
