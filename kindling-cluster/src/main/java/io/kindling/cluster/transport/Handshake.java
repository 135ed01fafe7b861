package io.kindling.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * How two ends of a new connection prove to each other that they know the secret.
 *
 * <pre>
 *   acceptor  → connector   challenge: 32 random bytes
 *   connector → acceptor    hello:     32 random bytes, claims, HMAC(secret, "hello" | both nonces | claims)
 *   acceptor  → connector   answer:    verdict, claims, HMAC(secret, "answer" | both nonces | both claims | verdict)
 * </pre>
 *
 * <p>Every block has a fixed size and its code is verified, in constant time, before any other byte
 * of it is looked at. The connector's code covers a challenge that was made for this connection, so
 * a recorded handshake is worth nothing; the claims say who speaks to whom, in which job,
 * generation, version and mode, so a code cannot serve anywhere else.
 *
 * <p>One instance serves one connection.
 */
final class Handshake {

  static final int NONCE_BYTES = 32;
  private static final int MAC_BYTES = 32;
  static final int HELLO_BYTES = NONCE_BYTES + Claims.BYTES + MAC_BYTES;
  static final int ANSWER_BYTES = 1 + Claims.BYTES + MAC_BYTES;

  private static final byte[] HELLO = label("kindling link 1 hello");
  private static final byte[] ANSWER = label("kindling link 1 answer");
  private static final byte[] KEY_TO_ACCEPTOR = label("kindling link 1 key to acceptor");
  private static final byte[] KEY_TO_CONNECTOR = label("kindling link 1 key to connector");

  private final Secret secret;
  private final Identity self;
  private final LinkSecurity security;
  private final byte[] nonce = Secret.randomBytes(NONCE_BYTES);

  /** What the acceptor sends back, and who the peer is if it was taken. */
  record Judgement(ByteBuffer answer, Refusal refusal, Claims claims, SessionKeys keys) {}

  /** The keys of one link, a direction each. */
  record SessionKeys(SessionKey toAcceptor, SessionKey toConnector) {}

  /** 256 bits that never appear in text. */
  static final class SessionKey {
    private final byte[] bytes;

    SessionKey(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  Handshake(Secret secret, Identity self, LinkSecurity security) {
    this.secret = secret;
    this.self = self;
    this.security = security;
  }

  /** The acceptor's first block. */
  byte[] challenge() {
    return nonce.clone();
  }

  /** The connector's block in reply to the challenge. */
  byte[] hello(byte[] challenge, Party peer) {
    byte[] claims = Claims.of(self, security, peer).toBytes();
    byte[] code = secret.mac(HELLO, challenge, nonce, claims);
    return ByteBuffer.allocate(HELLO_BYTES).put(nonce).put(claims).put(code).array();
  }

  /** The acceptor's verdict on a hello. */
  Judgement judge(byte[] hello) throws HandshakeFailure {
    byte[] peerNonce = Arrays.copyOfRange(hello, 0, NONCE_BYTES);
    byte[] claimBytes = Arrays.copyOfRange(hello, NONCE_BYTES, NONCE_BYTES + Claims.BYTES);
    byte[] code = Arrays.copyOfRange(hello, NONCE_BYTES + Claims.BYTES, HELLO_BYTES);
    if (!MessageDigest.isEqual(code, secret.mac(HELLO, nonce, peerNonce, claimBytes))) {
      throw new HandshakeFailure("it does not know the job's secret");
    }

    Claims theirs = Claims.from(ByteBuffer.wrap(claimBytes));
    Claims mine = Claims.of(self, security, theirs.from());
    Refusal refusal = mine.refusalOf(theirs);
    byte[] verdict = {(byte) refusal.code()};
    byte[] mineBytes = mine.toBytes();
    byte[] mac = secret.mac(ANSWER, nonce, peerNonce, claimBytes, mineBytes, verdict);
    ByteBuffer answer =
        ByteBuffer.allocate(ANSWER_BYTES).put(verdict).put(mineBytes).put(mac).flip();
    return new Judgement(answer, refusal, theirs, keys(nonce, peerNonce, claimBytes));
  }

  /** The connector's check of the answer: the keys of the link, or why it was refused. */
  SessionKeys verify(byte[] challenge, Party peer, byte[] answer) throws HandshakeFailure {
    Claims mine = Claims.of(self, security, peer);
    byte[] mineBytes = mine.toBytes();
    byte[] verdict = {answer[0]};
    byte[] claimBytes = Arrays.copyOfRange(answer, 1, 1 + Claims.BYTES);
    byte[] code = Arrays.copyOfRange(answer, 1 + Claims.BYTES, ANSWER_BYTES);
    byte[] expected = secret.mac(ANSWER, challenge, nonce, mineBytes, claimBytes, verdict);
    if (!MessageDigest.isEqual(code, expected)) {
      throw new HandshakeFailure("It does not know the job's secret.");
    }

    Claims theirs = Claims.from(ByteBuffer.wrap(claimBytes));
    Optional<Refusal> refusal =
        Arrays.stream(Refusal.values()).filter(r -> r.code() == verdict[0]).findFirst();
    if (refusal.isEmpty()) {
      throw new HandshakeFailure("It gave the unknown verdict " + verdict[0] + ".");
    }

    if (refusal.get() != Refusal.NONE) {
      throw new HandshakeFailure(refusal.get().explain(mine, theirs));
    }

    return keys(challenge, nonce, mineBytes);
  }

  private SessionKeys keys(byte[] acceptorNonce, byte[] connectorNonce, byte[] claims) {
    byte[] salt = join(acceptorNonce, connectorNonce);
    return new SessionKeys(
        new SessionKey(secret.deriveKey(salt, join(KEY_TO_ACCEPTOR, claims))),
        new SessionKey(secret.deriveKey(salt, join(KEY_TO_CONNECTOR, claims))));
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] label(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
