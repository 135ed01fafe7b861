package io.kindling.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What the connector believes: only an answer that knows the secret, made for this connection. */
class HandshakeTest {

  private static final Party ACCEPTOR = Party.rank(0);

  private final Secret secret = Secret.random();
  private final Handshake acceptor = handshake(0, secret);
  private final Handshake connector = handshake(1, secret);

  private static Handshake handshake(int rank, Secret secret) {
    return new Handshake(secret, Identity.rank("job", 0, rank), LinkSecurity.AUTHENTICATED);
  }

  private byte[] answer(Handshake acceptor, byte[] challenge) throws HandshakeFailure {
    byte[] answer = new byte[Handshake.ANSWER_BYTES];
    acceptor.judge(connector.hello(challenge, ACCEPTOR)).answer().get(answer);
    return answer;
  }

  @Test
  void bothEndsDeriveTheSameKeys() throws HandshakeFailure {
    byte[] challenge = acceptor.challenge();
    Handshake.Judgement judgement = acceptor.judge(connector.hello(challenge, ACCEPTOR));
    byte[] answer = new byte[Handshake.ANSWER_BYTES];
    judgement.answer().get(answer);

    Handshake.SessionKeys keys = connector.verify(challenge, ACCEPTOR, answer);

    assertThat(keys.toAcceptor().bytes()).isEqualTo(judgement.keys().toAcceptor().bytes());
    assertThat(keys.toConnector().bytes()).isEqualTo(judgement.keys().toConnector().bytes());
    assertThat(keys.toAcceptor().bytes()).isNotEqualTo(keys.toConnector().bytes());
  }

  @Test
  void refusesAnAnswerOfWhichAnyByteWasChanged() throws HandshakeFailure {
    byte[] challenge = acceptor.challenge();
    byte[] answer = answer(acceptor, challenge);
    for (int i = 0; i < answer.length; i++) {
      byte[] forged = answer.clone();
      forged[i] ^= 1;
      assertThatThrownBy(() -> connector.verify(challenge, ACCEPTOR, forged))
          .as("byte %d", i)
          .isInstanceOf(HandshakeFailure.class)
          .hasMessage("It does not know the job's secret.");
    }
  }

  @Test
  void refusesAnAnswerMadeWithoutTheSecret() {
    byte[] challenge = acceptor.challenge();
    for (byte[] guess :
        new byte[][] {
          new byte[Handshake.ANSWER_BYTES], Secret.randomBytes(Handshake.ANSWER_BYTES)
        }) {
      assertThatThrownBy(() -> connector.verify(challenge, ACCEPTOR, guess))
          .isInstanceOf(HandshakeFailure.class)
          .hasMessage("It does not know the job's secret.");
    }
  }

  @Test
  void refusesAnAnswerThatWasMadeForAnotherConnection() throws HandshakeFailure {
    byte[] challenge = acceptor.challenge();
    byte[] recorded = answer(acceptor, challenge);

    assertThatThrownBy(() -> handshake(1, secret).verify(challenge, ACCEPTOR, recorded))
        .isInstanceOf(HandshakeFailure.class)
        .hasMessage("It does not know the job's secret.");
  }
}
