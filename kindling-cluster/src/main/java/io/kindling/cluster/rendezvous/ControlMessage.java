package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Frame;
import io.kindling.training.Position;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What travels between driver and worker: kinds of frames and their fixed binary content.
 *
 * <p>Numbers are big-endian, texts UTF-8 behind a length of two bytes.
 */
final class ControlMessage {

  // From the worker.
  static final byte JOIN = 1;
  static final byte READY = 2;
  static final byte BROKEN = 3;
  static final byte DONE = 4;
  static final byte MISSING = 5;
  static final byte REPORT = 6;
  static final byte FAILED = 7;
  static final byte LEAVE = 8;

  static final byte COMPLAINT = 9;

  // Both ways.
  static final byte HEARTBEAT = 16;

  // From the driver.
  static final byte REFUSED = 10;
  static final byte FORM = 11;
  static final byte WORLD = 12;
  static final byte OVER = 13;
  static final byte DELIVER = 14;
  static final byte STOP = 15;

  /** Keeps any text below the 65,535 bytes its length can say. */
  private static final int MAX_CHARACTERS = 16_000;

  private ControlMessage() {}

  /** Writes a content; memory takes whatever is written to it. */
  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  static byte[] ofText(String text) {
    return bytes(out -> writeText(out, text));
  }

  static byte[] ofNewcomer(Newcomer who) {
    return bytes(
        out -> {
          out.writeInt(who.place());
          writeText(out, who.executor());
          writeText(out, who.host());
        });
  }

  static byte[] ofBeat(Beat beat) {
    return bytes(
        out -> {
          writeText(out, beat.phase());
          out.writeBoolean(beat.isExchanging());
          out.writeLong(beat.bytes());
        });
  }

  static byte[] ofReady(Address address, Position position) {
    return bytes(
        out -> {
          writeAddress(out, address);
          writePosition(out, position);
        });
  }

  static byte[] ofWorld(List<Address> addresses, List<Position> positions, List<String> processes) {
    return bytes(
        out -> {
          out.writeInt(addresses.size());
          for (int rank = 0; rank < addresses.size(); rank++) {
            writeAddress(out, addresses.get(rank));
            writePosition(out, positions.get(rank));
            writeText(out, processes.get(rank));
          }
        });
  }

  static byte[] ofCall(int rank, int worldSize, String why) {
    return bytes(
        out -> {
          out.writeInt(rank);
          out.writeInt(worldSize);
          writeText(out, why);
        });
  }

  static byte[] ofChecksum(long checksum) {
    return bytes(out -> out.writeLong(checksum));
  }

  static byte[] ofReport(Report report) {
    return bytes(
        out -> {
          out.writeInt(report.epoch());
          out.writeInt(report.values().size());
          for (double value : report.values()) {
            out.writeDouble(value);
          }
        });
  }

  static byte[] ofFailure(String host, String phase, String text) {
    return bytes(
        out -> {
          writeText(out, host);
          writeText(out, phase);
          writeText(out, text);
        });
  }

  static String text(Frame frame) throws IOException {
    return in(frame).readUTF();
  }

  static Newcomer newcomer(int number, Frame frame) throws IOException {
    DataInputStream in = in(frame);
    return new Newcomer(number, in.readInt(), in.readUTF(), in.readUTF());
  }

  static Beat beat(Frame frame) throws IOException {
    DataInputStream in = in(frame);
    return new Beat(frame.step(), in.readUTF(), in.readBoolean(), in.readLong());
  }

  /** Where a rank listens, and how far it has come. */
  record Ready(Address address, Position position) {}

  static Ready ready(Frame frame) throws IOException {
    DataInputStream in = in(frame);
    return new Ready(readAddress(in), readPosition(in));
  }

  /** Who a rank is: where it listens, how far it has come, and which process it is a thread of. */
  record Present(Address address, Position position, String process) {}

  static List<Present> world(Frame frame) throws IOException {
    DataInputStream in = in(frame);
    int count = in.readInt();
    List<Present> world = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      world.add(new Present(readAddress(in), readPosition(in), in.readUTF()));
    }

    return world;
  }

  static Call call(Frame frame) throws IOException {
    DataInputStream in = in(frame);
    return new Call(Call.Kind.FORM, frame.part(), in.readInt(), in.readInt(), in.readUTF());
  }

  static long checksum(Frame frame) throws IOException {
    return in(frame).readLong();
  }

  static Report report(int rank, Frame frame) throws IOException {
    DataInputStream in = in(frame);
    int epoch = in.readInt();
    int count = in.readInt();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(in.readDouble());
    }

    return new Report(rank, epoch, frame.step(), values);
  }

  static Failure failure(int number, int rank, Frame frame) throws IOException {
    DataInputStream in = in(frame);
    return new Failure(number, rank, in.readUTF(), in.readUTF(), frame.step(), in.readUTF());
  }

  private static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to write a message to memory.", e);
    }

    return bytes.toByteArray();
  }

  private static DataInputStream in(Frame frame) {
    return new DataInputStream(new ByteArrayInputStream(frame.bytes()));
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    out.writeUTF(text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS));
  }

  private static void writeAddress(DataOutputStream out, Address address) throws IOException {
    writeText(out, address.host());
    out.writeInt(address.port());
  }

  private static void writePosition(DataOutputStream out, Position position) throws IOException {
    out.writeLong(position.step());
    out.writeInt(position.epochs());
  }

  private static Position readPosition(DataInputStream in) throws IOException {
    return new Position(in.readLong(), in.readInt());
  }

  private static Address readAddress(DataInputStream in) throws IOException {
    return new Address(in.readUTF(), in.readInt());
  }
}
