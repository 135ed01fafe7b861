package io.kindling.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kindling.cluster.LoopbackThreads;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A flipped bit never goes unnoticed, wherever in a record it is. */
class DamagedRecordTest {

  private static final int LENGTH_BYTES = 4;
  private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6, 7, 8};

  private final Secret secret = Secret.random();

  @AfterEach
  void leaveNoThread() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @EnumSource(LinkSecurity.class)
  void endsTheLinkWhereverItIs(LinkSecurity security) throws Exception {
    int tag = security == LinkSecurity.ENCRYPTED ? RecordCipher.TAG_BYTES : 0;
    int recordBytes = LENGTH_BYTES + FrameCodec.HEADER_BYTES + PAYLOAD.length + tag;
    try (Listener listener = rank(0, security).listen(PortRange.anyOn("127.0.0.1"))) {
      for (int at = 0; at < recordBytes; at++) {
        for (int bit = 0; bit < 8; bit++) {
          assertNoticed(listener, security, at, bit);
        }
      }
    }
  }

  /** A length that is too large waits for what never comes, here until the sender is gone. */
  private void assertNoticed(Listener listener, LinkSecurity security, int at, int bit)
      throws Exception {
    try (Wire wire = Wire.damaging(listener.address(), Handshake.HELLO_BYTES + at, bit)) {
      Link link = rank(1, security).connect(wire.address(), Party.rank(0), soon());
      try (Link accepted = listener.accept(soon())) {
        link.send(new FrameHeader((byte) 1, 2, 3, PAYLOAD.length), Payload.of(PAYLOAD), soon());
        link.close();
        LinkException failure =
            catchThrowableOfType(LinkException.class, () -> accepted.receive(soon()));
        assertThat(failure).as("bit %d of byte %d", bit, at).isNotNull();
        if (at >= LENGTH_BYTES) {
          assertThat(failure.reason()).isEqualTo(LinkException.Reason.CORRUPT);
        } else {
          assertThat(failure.reason())
              .isIn(LinkException.Reason.CORRUPT, LinkException.Reason.CLOSED);
        }
      }
    }
  }

  private TcpTransport rank(int rank, LinkSecurity security) {
    return TcpTransport.of(Identity.rank("job", 1, rank), secret, security);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
