package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import org.junit.jupiter.api.Test;

class OwnLossTest {

  /** Forgets to make one number of a row. */
  record Elementwise() implements Loss {
    @Override
    public TensorSpec target(TensorSpec output) {
      return output;
    }

    @Override
    public Tensor ofRows(Tensor output, Tensor target) {
      return output.minus(target).square();
    }
  }

  @Test
  void hasToComputeOneNumberPerRow() {
    Objective objective =
        Objective.of(Network.sequential(Input.of("x", 2), Dense.of(1)), new Elementwise());
    assertThatThrownBy(() -> TensorFlowEngine.withThreads(1).compile(objective))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Loss Elementwise\\[] computes .* of output 'dense_1' .*, but a loss is one number for"
                + " each row\\. End it with meanOfRow\\(\\)\\.");
  }
}
