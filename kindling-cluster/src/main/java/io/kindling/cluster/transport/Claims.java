package io.kindling.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.ToIntFunction;

/**
 * What one end of a new link says about itself and about whom it means to reach.
 *
 * <p>Always the same number of bytes, and signed as bytes before anyone reads them as claims; the
 * job goes as a digest for that reason.
 */
record Claims(
    int version, LinkSecurity security, String jobDigest, int generation, Party from, Party to) {

  /** Changes with every change of the handshake or of the frames. */
  static final int PROTOCOL_VERSION = 2;

  private static final int DIGEST_BYTES = 32;
  static final int BYTES = 2 + 1 + DIGEST_BYTES + 4 + 2 * (1 + 4);

  static Claims of(Identity self, LinkSecurity security, Party to) {
    return new Claims(
        PROTOCOL_VERSION, security, digest(self.job()), self.generation(), self.party(), to);
  }

  /** Reads claims whose signature has been verified. */
  static Claims from(ByteBuffer buffer) throws HandshakeFailure {
    int version = buffer.getShort();
    int security = buffer.get();
    byte[] digest = new byte[DIGEST_BYTES];
    buffer.get(digest);
    int generation = buffer.getInt();
    Party from = party(buffer);
    Party to = party(buffer);
    return new Claims(
        version,
        coded(LinkSecurity.values(), LinkSecurity::code, security),
        HexFormat.of().formatHex(digest),
        generation,
        from,
        to);
  }

  byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer.putShort((short) version);
    buffer.put((byte) security.code());
    buffer.put(HexFormat.of().parseHex(jobDigest));
    buffer.putInt(generation);
    for (Party party : new Party[] {from, to}) {
      buffer.put((byte) party.role().code());
      buffer.putInt(party.number());
    }

    return buffer.array();
  }

  /** What a party with these claims, made for the same link, has against the other end's. */
  Refusal refusalOf(Claims other) {
    if (version != other.version) {
      return Refusal.VERSION;
    }

    if (security != other.security) {
      return Refusal.SECURITY;
    }

    if (!jobDigest.equals(other.jobDigest)) {
      return Refusal.JOB;
    }

    if (generation != other.generation) {
      return Refusal.GENERATION;
    }

    return from.equals(other.to) ? Refusal.NONE : Refusal.PARTY;
  }

  private static String digest(String job) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(job.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static Party party(ByteBuffer buffer) throws HandshakeFailure {
    Role role = coded(Role.values(), Role::code, buffer.get());
    int rank = buffer.getInt();
    if (rank < 0) {
      throw new HandshakeFailure("its claims name rank " + rank);
    }

    return new Party(role, rank);
  }

  private static <T> T coded(T[] values, ToIntFunction<T> coding, int code)
      throws HandshakeFailure {
    return Arrays.stream(values)
        .filter(value -> coding.applyAsInt(value) == code)
        .findFirst()
        .orElseThrow(() -> new HandshakeFailure("its claims hold the unknown code " + code));
  }
}
