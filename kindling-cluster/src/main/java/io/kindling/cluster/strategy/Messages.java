package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.Traffic;
import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.cluster.strategy.SharedParameters.Answer;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Payload;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterSpec.GradientKind;
import io.kindling.optimizer.OptimizerState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker and a parameter server say to each other over a link. An array travels in as many
 * frames as it needs, rows of a table as the array of their numbers and that of their values. One
 * thread at a time.
 *
 * @param traffic counts the bytes of arrays, which tells a slow link from one that hangs
 */
record Messages(Link link, Traffic traffic, Duration timeout) {

  static final byte PULL = 1;
  static final byte VALUES = 2;
  static final byte PUSH = 3;
  static final byte ANSWER = 4;
  static final byte ROWS = 5;
  static final byte HELLO = 6;
  static final byte BEGIN = 7;
  static final byte EPOCH = 8;
  static final byte SLOT = 9;
  static final byte REST = 10;
  static final byte ABORT = 11;

  private static final int MOST_WORDS = 4096;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Messages.class);

  /** Floats or whole numbers in one frame. */
  private static final int PER_FRAME = (64 << 10) / Float.BYTES;

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

  /**
   * @throws LinkException with the other side's words, where it has given up
   */
  private Frame receive() throws LinkException {
    Frame frame = link.receive(Deadline.after(timeout));
    if (frame.type() == ABORT) {
      String words = StandardCharsets.UTF_8.decode(frame.payload()).toString();
      throw new LinkException(LinkException.Reason.CLOSED, words);
    }
    return frame;
  }

  /** Gives up, and says why, if the link still takes it. */
  void abort(String words) {
    byte[] text = words.getBytes(StandardCharsets.UTF_8);
    byte[] most = text.length <= MOST_WORDS ? text : Arrays.copyOf(text, MOST_WORDS);
    try {
      link.send(
          new FrameHeader(ABORT, 0, 0, most.length),
          buffer -> buffer.put(most),
          Deadline.after(LAST_WORDS));
    } catch (LinkException e) {
      LOG.debug("{} was not told: {}", link.describePeer(), words, e);
    }
  }

  /** The next message, which has to be of a type. */
  Frame receive(byte type) throws IOException {
    return required(receive(), type, -1);
  }

  /** Sends a message of two numbers. */
  void send(byte type, long step, int part) throws LinkException {
    link.send(new FrameHeader(type, step, part, 0), Payload.empty(), Deadline.after(timeout));
  }

  void sendAnswer(Answer answer) throws LinkException {
    send(ANSWER, answer.staleness(), answer.isTaken() ? 1 : 0);
  }

  Answer receiveAnswer() throws IOException {
    Frame frame = receive(ANSWER);
    return new Answer(frame.part() == 1, frame.step());
  }

  /** Sends an array; one without a number takes a frame, too. */
  void sendFloats(byte type, float[] values) throws LinkException {
    sendArray(
        type,
        values.length,
        values.length,
        (from, length, buffer) -> buffer.asFloatBuffer().put(values, from, length));
  }

  /** Sends rows of one table after another. */
  void sendRows(List<TableRows> tables) throws LinkException {
    for (TableRows each : tables) {
      int[] rows = each.rows();
      sendArray(
          ROWS,
          rows.length,
          rows.length,
          (from, length, buffer) -> buffer.asIntBuffer().put(rows, from, length));
      sendFloats(VALUES, each.values());
    }
  }

  /** A range of an array, to or from a frame. */
  private interface Range {
    void copy(int from, int length, ByteBuffer buffer);
  }

  private void sendArray(byte type, long count, int size, Range range) throws LinkException {
    for (int part = 0; part < frames(size); part++) {
      int from = part * PER_FRAME;
      int length = Math.min(PER_FRAME, size - from);
      link.send(
          new FrameHeader(type, count, part, length * Float.BYTES),
          buffer -> range.copy(from, length, buffer),
          Deadline.after(timeout));
      traffic.sent(length * Float.BYTES);
    }
  }

  void receiveFloats(byte type, float[] into) throws IOException {
    receiveFloats(receive(), type, into);
  }

  /**
   * Reads an array.
   *
   * @param first of its frames
   * @throws IOException if what comes is something else
   */
  void receiveFloats(Frame first, byte type, float[] into) throws IOException {
    receiveArray(
        first,
        type,
        into.length,
        (from, length, buffer) -> buffer.asFloatBuffer().get(into, from, length));
  }

  private void receiveArray(Frame first, byte type, int size, Range range) throws IOException {
    Frame frame = first;
    for (int part = 0; part < frames(size); part++) {
      frame = required(part == 0 ? first : receive(), type, part);
      int from = part * PER_FRAME;
      int length = Math.min(PER_FRAME, size - from);
      ByteBuffer payload = frame.payload();
      if (payload.remaining() != length * Float.BYTES) {
        throw new IOException(
            "a frame of arrays has "
                + payload.remaining()
                + " bytes but expected "
                + length * Float.BYTES
                + ".");
      }
      range.copy(from, length, payload);
      traffic.received(length * Float.BYTES);
    }
  }

  /**
   * Reads rows of one table after another.
   *
   * @throws IOException if what comes is something else, or no table has such rows
   */
  List<TableRows> receiveRows(List<View> tables) throws IOException {
    List<TableRows> all = new ArrayList<>();
    for (View table : tables) {
      int most = table.size() / table.rowSize();
      Frame first = receive(ROWS);
      if (first.step() < 0 || first.step() > most) {
        throw new IOException(
            first.step() + " rows of '" + table.name() + "' came of " + most + ".");
      }
      int[] rows = new int[(int) first.step()];
      receiveArray(
          first,
          ROWS,
          rows.length,
          (from, length, buffer) -> buffer.asIntBuffer().get(rows, from, length));
      for (int row : rows) {
        if (row < 0 || row >= most) {
          throw new IOException("row " + row + " of '" + table.name() + "' came of " + most + ".");
        }
      }
      float[] values = new float[rows.length * table.rowSize()];
      receiveFloats(VALUES, values);
      all.add(new TableRows(table, rows, values));
    }
    return all;
  }

  /** Sends what a server begins with; which tables travel by rows, a byte for each array says. */
  void sendBeginning(Beginning beginning) throws LinkException {
    Portion portion = beginning.portion();
    List<String> byRows = portion.ownTables().stream().map(View::name).toList();
    List<View> arrays = byOffset(portion.among());
    byte[] flags = new byte[arrays.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = (byte) (byRows.contains(arrays.get(i).name()) ? 1 : 0);
    }
    link.send(
        new FrameHeader(BEGIN, beginning.updates(), beginning.state().slots().length, flags.length),
        Payload.of(flags),
        Deadline.after(timeout));
    sendFloats(VALUES, beginning.parameters());
    for (float[] slot : beginning.state().slots()) {
      sendFloats(VALUES, slot);
    }
  }

  private static List<View> byOffset(List<View> views) {
    return views.stream().sorted(Comparator.comparingInt(View::offset)).toList();
  }

  /**
   * Reads what a server begins with that has all arrays.
   *
   * @param slots that the optimizer has
   * @throws IOException if what comes is something else
   */
  Beginning receiveBeginning(Frame frame, ParameterLayout layout, int slots) throws IOException {
    byte[] flags = frame.bytes();
    long updates = frame.step();
    if (flags.length != layout.views().size() || frame.part() != slots) {
      throw new IOException(
          "%d arrays with %d slots came to begin with but expected %d with %d."
              .formatted(flags.length, frame.part(), layout.views().size(), slots));
    }
    Set<String> byRows = new HashSet<>();
    for (int i = 0; i < flags.length; i++) {
      if (flags[i] == 1 && layout.views().get(i).spec().gradient() == GradientKind.SPARSE) {
        byRows.add(layout.views().get(i).name());
      }
    }
    Portion portion = Portion.of(layout.views(), byRows);
    float[] parameters = new float[portion.layout().size()];
    receiveFloats(VALUES, parameters);
    float[][] state = new float[slots][portion.layout().size()];
    for (float[] slot : state) {
      receiveFloats(VALUES, slot);
    }
    return new Beginning(portion, parameters, new OptimizerState(state), updates);
  }

  void sendLosses(List<Double> losses) throws LinkException {
    link.send(
        new FrameHeader(EPOCH, 0, 0, losses.size() * Double.BYTES),
        buffer -> losses.forEach(buffer::putDouble),
        Deadline.after(timeout));
  }

  static List<Double> losses(Frame frame) {
    DoubleBuffer numbers = frame.payload().asDoubleBuffer();
    List<Double> losses = new ArrayList<>();
    while (numbers.hasRemaining()) {
      losses.add(numbers.get());
    }
    return losses;
  }

  /**
   * @param part -1 for any
   */
  private static Frame required(Frame frame, byte type, int part) throws IOException {
    if (frame.type() != type || (part >= 0 && frame.part() != part)) {
      throw new IOException(
          "part %d of a message of type %d came where part %d of type %d was expected."
              .formatted(frame.part(), frame.type(), Math.max(0, part), type));
    }
    return frame;
  }

  private static int frames(int numbers) {
    return Math.max(1, (numbers + PER_FRAME - 1) / PER_FRAME);
  }
}
