package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.training.Served.Exchange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class StrategyFormatTest {

  static final List<Strategy> STRATEGIES =
      List.of(
          Strategy.allReduced(),
          Strategy.allReduced(WireFormat.BFLOAT16),
          Strategy.allReducedAbove(0.001),
          Strategy.sharded(),
          new Sharded(7),
          Strategy.localSgd(16),
          Strategy.averagedEpochs(),
          Strategy.diLoCo(500),
          Served.of(Exchange.GRADIENTS, 1).lockFree(),
          Served.of(Exchange.DOWNPOUR, 5).onDriver().withMaxLead(2),
          Served.of(Exchange.ELASTIC, 32).withMaxStaleness(4).withMaxAge(100).agreeingEvery(50));

  @ParameterizedTest
  @FieldSource("STRATEGIES")
  void isReadAsItWasWritten(Strategy strategy) {
    assertThat(Strategy.parse(strategy.toJson())).isEqualTo(strategy);
  }

  @Test
  void aTextIsWhatItWas() {
    assertThat(Strategy.allReduced().toJson())
        .isEqualTo("{\"type\":\"all_reduced\",\"format\":\"FLOAT32\"}");
    assertThat(Strategy.allReducedAbove(0.001).toJson())
        .isEqualTo("{\"type\":\"thresholded\",\"share\":0.001}");
    assertThat(Strategy.sharded().toJson()).isEqualTo("{\"type\":\"sharded\",\"agreement\":100}");
    assertThat(Strategy.localSgd(16).toJson())
        .isEqualTo(
            "{\"type\":\"local_sgd\",\"interval\":16,\"outerRate\":1.0,\"outerMomentum\":0.0}");
  }

  @Test
  void refusesWhatNoStrategyCanBe() {
    assertThatThrownBy(() -> Strategy.parse("{\"type\":\"gossip\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid strategy: ");
    assertThatThrownBy(() -> Strategy.allReducedAbove(0))
        .hasMessage(
            "Invalid share 0.0 of the gradients. Use a share above 0 and below 1, such as 0.001.");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 3).withServers(1).onDriver())
        .hasMessageContaining("1 of workers that only serve");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 3).withServers(2).refuseTooFew(2))
        .hasMessage(
            "Invalid number of workers 2, of which 2 only serve: none is left to learn. Use more workers, or fewer that only serve.");
    assertThatThrownBy(() -> Strategy.allReducedAbove(1.5)).hasMessageContaining("share 1.5");
    assertThatThrownBy(() -> new Sharded(0)).hasMessageContaining("agreement after 0 steps");
    assertThatThrownBy(() -> Strategy.localSgd(-1)).hasMessageContaining("Use 1 step or more");
    assertThatThrownBy(() -> new LocalSgd(1, 0, 0)).hasMessageContaining("outer rate 0.0");
    assertThatThrownBy(() -> new LocalSgd(1, 1, 1)).hasMessageContaining("outer momentum 1.0");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 0)).hasMessageContaining("interval 0");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 1).withMaxStaleness(-2))
        .hasMessageContaining("staleness -2");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 1).withMaxLead(-2))
        .hasMessageContaining("lead of -2 exchanges");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 1).withMaxAge(0))
        .hasMessageContaining("age of 0.0 s");
    assertThatThrownBy(() -> Served.of(Exchange.MEAN, 1).agreeingEvery(0))
        .hasMessageContaining("agreement after 0 steps");
    assertThatThrownBy(
            () ->
                Strategy.parse(
                    Served.of(Exchange.MEAN, 1).toJson().replace("\"WORKERS\"", "\"MASTER\"")))
        .hasMessageContaining("Placement");
    assertThatThrownBy(() -> Strategy.parse("{\"type\":\"all_reduced\",\"format\":null}"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
