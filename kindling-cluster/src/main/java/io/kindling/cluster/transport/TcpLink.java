package io.kindling.cluster.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames over a socket: a length, then the frame, sealed where the link is encrypted.
 *
 * <p>The buffers grow to the largest frame seen and are used again for every frame. Sockets are
 * faster with direct ones, ciphers with arrays.
 */
final class TcpLink implements Link {

  private static final int LENGTH_BYTES = 4;

  private final TimedChannel channel;
  private final Party self;
  private final Party peer;
  private final String peerText;
  private final Optional<RecordCipher> sealing;
  private final Optional<RecordCipher> opening;

  private final ReentrantLock sending = new ReentrantLock();
  private ByteBuffer outgoing;
  private ByteBuffer sealed = ByteBuffer.allocateDirect(0);
  private ByteBuffer leaving = ByteBuffer.allocate(0); // what the socket has not taken

  private ByteBuffer incoming = ByteBuffer.allocateDirect(0); // up to its position
  private ByteBuffer opened = ByteBuffer.allocate(0);
  private int handedOut; // bytes of the frame that the last receive returned
  private int expected = LENGTH_BYTES; // bytes of the next frame, if it is as long as the last

  private volatile boolean closed;

  /** The two ends of a link in which this party connected to the other. */
  static TcpLink connected(
      TimedChannel channel, Party self, Party peer, LinkSecurity mode, Handshake.SessionKeys keys)
      throws IOException {
    return new TcpLink(channel, self, peer, mode, keys.toAcceptor(), keys.toConnector());
  }

  static TcpLink accepted(
      TimedChannel channel, Party self, Party peer, LinkSecurity mode, Handshake.SessionKeys keys)
      throws IOException {
    return new TcpLink(channel, self, peer, mode, keys.toConnector(), keys.toAcceptor());
  }

  private TcpLink(
      TimedChannel channel,
      Party self,
      Party peer,
      LinkSecurity mode,
      Handshake.SessionKey outKey,
      Handshake.SessionKey inKey)
      throws IOException {
    boolean encrypted = mode == LinkSecurity.ENCRYPTED;
    this.channel = channel;
    this.self = self;
    this.peer = peer;
    this.peerText = peer + " (" + channel.remoteAddress() + ")";
    this.sealing = encrypted ? Optional.of(RecordCipher.sealing(outKey)) : Optional.empty();
    this.outgoing = encrypted ? ByteBuffer.allocate(0) : ByteBuffer.allocateDirect(0);
    this.opening = encrypted ? Optional.of(RecordCipher.opening(inKey)) : Optional.empty();
  }

  @Override
  public Party peer() {
    return peer;
  }

  @Override
  public String describePeer() {
    return peerText;
  }

  @Override
  public void send(FrameHeader header, Payload payload, Deadline deadline) throws LinkException {
    lockForSending(deadline);
    try {
      channel.write(leaving, deadline);
      leaving = encode(header, payload);
      channel.write(leaving, deadline);
    } catch (IOException | GeneralSecurityException e) {
      // Part of a frame may be on its way, so nothing can follow it.
      LinkException lost = explain(e, "to send to", deadline);
      close();
      throw lost;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public Taken begin(FrameHeader header, Payload payload) throws LinkException {
    if (!sending.tryLock()) {
      return Taken.NOTHING;
    }
    try {
      if (leaving.hasRemaining()) {
        return Taken.NOTHING;
      }
      leaving = encode(header, payload);
      channel.writeAtOnce(leaving);
      return leaving.hasRemaining() ? Taken.PART : Taken.ALL;
    } catch (IOException | GeneralSecurityException e) {
      LinkException lost = explain(e, "to send to", Deadline.after(Duration.ZERO));
      close();
      throw lost;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void finish(Deadline deadline) throws LinkException {
    lockForSending(deadline);
    try {
      channel.write(leaving, deadline);
    } catch (IOException e) {
      LinkException lost = explain(e, "to send to", deadline);
      close();
      throw lost;
    } finally {
      sending.unlock();
    }
  }

  /**
   * Frames are mostly as long as those before them: so one read asks for the length and the frame,
   * and what has come of a later frame stays for the next call.
   */
  @Override
  public Frame receive(Deadline deadline) throws LinkException {
    try {
      incoming.flip().position(handedOut);
      incoming.compact();
      handedOut = 0;
      fill(LENGTH_BYTES, expected, deadline);
      int bytes = checkedLength(incoming.getInt(0));
      fill(LENGTH_BYTES + bytes, LENGTH_BYTES + bytes, deadline);
      handedOut = LENGTH_BYTES + bytes;
      expected = handedOut;
      return FrameCodec.read(open(part(bytes)));
    } catch (SocketTimeoutException e) {
      throw explain(e, "for a frame from", deadline);
    } catch (IOException | GeneralSecurityException e) {
      LinkException lost = explain(e, "for a frame from", deadline);
      close();
      throw lost;
    }
  }

  @Override
  public void close() {
    closed = true;
    channel.close();
  }

  private void lockForSending(Deadline deadline) throws LinkException {
    try {
      if (!sending.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw explain(new SocketTimeoutException(), "to send to", deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw explain(new ClosedByInterruptException(), "to send to", deadline);
    }
  }

  private ByteBuffer encode(FrameHeader header, Payload payload) throws GeneralSecurityException {
    int frameBytes = FrameCodec.HEADER_BYTES + header.length();
    outgoing = FrameCodec.withRoom(outgoing, LENGTH_BYTES + frameBytes);
    FrameCodec.write(header, payload, outgoing.position(LENGTH_BYTES));
    if (sealing.isEmpty()) {
      FrameCodec.addChecksum(outgoing);
      return outgoing.putInt(0, frameBytes).position(0);
    }

    int sealedBytes = frameBytes + RecordCipher.TAG_BYTES;
    sealed = FrameCodec.withRoom(sealed, LENGTH_BYTES + sealedBytes).putInt(sealedBytes);
    sealing.get().seal(outgoing, sealed);
    return sealed.flip();
  }

  /** Receives until there are so many bytes at least, and so many at most. */
  private void fill(int least, int most, Deadline deadline) throws IOException {
    if (incoming.position() >= least) {
      return;
    }

    if (incoming.capacity() < most) {
      ByteBuffer larger = FrameCodec.withRoom(incoming, most);
      incoming = larger.put(incoming.flip());
    }

    channel.read(incoming.limit(most), least, deadline);
  }

  private ByteBuffer part(int bytes) {
    return incoming.slice(LENGTH_BYTES, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int checkedLength(int bytes) throws CorruptFrame {
    int most = FrameCodec.MAX_BYTES + (opening.isPresent() ? RecordCipher.TAG_BYTES : 0);
    if (bytes < FrameCodec.HEADER_BYTES || bytes > most) {
      throw new CorruptFrame("a frame claims " + bytes + " bytes where at most " + most + " fit");
    }

    return bytes;
  }

  private ByteBuffer open(ByteBuffer record) throws GeneralSecurityException, CorruptFrame {
    if (opening.isEmpty()) {
      FrameCodec.verifyChecksum(record);
      return record;
    }

    opened = FrameCodec.withRoom(opened, record.remaining());
    opening.get().open(record, opened);
    return opened;
  }

  private LinkException explain(Exception e, String waiting, Deadline deadline) {
    if (closed) {
      return new LinkException(
          LinkException.Reason.CLOSED,
          self.capitalized() + " closed its link to " + peerText + ".",
          e);
    }

    if (e instanceof SocketTimeoutException) {
      return new LinkException(
          LinkException.Reason.TIMEOUT,
          self.capitalized()
              + " waited "
              + deadline.waited()
              + " "
              + waiting
              + " "
              + peerText
              + ".");
    }

    if (e instanceof EOFException) {
      return new LinkException(
          LinkException.Reason.CLOSED,
          peer.capitalized()
              + peerText.substring(peer.toString().length())
              + " closed its link to "
              + self
              + ".");
    }

    if (e instanceof ClosedByInterruptException) {
      return new LinkException(
          LinkException.Reason.CLOSED,
          self.capitalized() + " was interrupted while it waited " + waiting + " " + peerText + ".",
          e);
    }

    if (e instanceof GeneralSecurityException) {
      return new LinkException(
          LinkException.Reason.CORRUPT,
          self.capitalized()
              + " received from "
              + peerText
              + " a record whose GCM tag does not match.",
          e);
    }

    return e instanceof CorruptFrame
        ? new LinkException(
            LinkException.Reason.CORRUPT,
            self.capitalized() + " received damage from " + peerText + ": " + e.getMessage() + ".",
            e)
        : new LinkException(
            LinkException.Reason.CLOSED,
            self.capitalized() + " lost its link to " + peerText + ": " + e.getMessage() + ".",
            e);
  }
}
