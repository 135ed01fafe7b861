package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Frame;
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

  static final byte JOIN = 1;
  static final byte MEMBERSHIP = 2;
  static final byte REFUSED = 3;
  static final byte HEARTBEAT = 4;
  static final byte REPORT = 5;
  static final byte FAILED = 6;
  static final byte STOP = 7;
  static final byte LEAVE = 8;

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

  static byte[] ofAddress(Address address) {
    return bytes(out -> writeAddress(out, address));
  }

  static byte[] ofAddresses(List<Address> addresses) {
    return bytes(
        out -> {
          out.writeInt(addresses.size());
          for (Address address : addresses) {
            writeAddress(out, address);
          }
        });
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

  static byte[] ofFailure(Failure failure) {
    return bytes(
        out -> {
          out.writeBoolean(failure.origin() == Failure.Origin.OWN);
          writeText(out, failure.host());
          writeText(out, failure.phase());
          writeText(out, failure.text());
        });
  }

  static String text(Frame frame) throws IOException {
    return in(frame).readUTF();
  }

  static Address address(Frame frame) throws IOException {
    return readAddress(in(frame));
  }

  static List<Address> addresses(Frame frame) throws IOException {
    DataInputStream in = in(frame);
    int count = in.readInt();
    List<Address> addresses = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      addresses.add(readAddress(in));
    }

    return addresses;
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

  static Failure failure(int rank, Frame frame) throws IOException {
    DataInputStream in = in(frame);
    Failure.Origin origin = in.readBoolean() ? Failure.Origin.OWN : Failure.Origin.OTHER;
    return new Failure(rank, in.readUTF(), origin, in.readUTF(), frame.step(), in.readUTF());
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

  private static Address readAddress(DataInputStream in) throws IOException {
    return new Address(in.readUTF(), in.readInt());
  }
}
