package io.kindling.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.network.Initializer;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterSpec;
import io.kindling.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transformations that look at single arrays or units, worked out by hand for a matrix and a
 * vector.
 */
class ArrayTransformTest {

  private static final ParameterLayout LAYOUT =
      ParameterLayout.of(
          List.of(
              new ParameterSpec("dense_1/kernel", Shape.of(2, 2), Initializer.zeros()),
              new ParameterSpec("dense_1/bias", Shape.of(2), Initializer.zeros())));

  private static final float[] KERNEL = {3, 0, 4, -2}; // columns (3, 4) and (0, −2), norm √29
  private static final float[] BIAS = {-1, 0};
  private static final float[] OF_KERNEL = {6, -1, 8, 2}; // columns (6, 8) and (−1, 2), norm √105
  private static final float[] OF_BIAS = {0.5f, 3};

  /** A transformation, and what it makes of the updates of kernel and bias in step 1. */
  static Stream<Arguments> transforms() {
    float trust = (float) Math.sqrt(29.0 / 105);
    float ofBias = (float) (1 / Math.sqrt(9.25));
    float clipped = (float) (2 / Math.sqrt(105));
    float clippedBias = (float) (2 / Math.sqrt(9.25));
    return Stream.of(
        arguments(new ScaleBy(-2), new float[] {-12, 2, -16, -4}, new float[] {-1, -6}),
        arguments(
            new For("*kernel", new ScaleBy(0)), new float[] {0, 0, 0, 0}, new float[] {0.5f, 3}),
        arguments(
            new For("dense_*/bias", new ScaleBy(2)), new float[] {6, -1, 8, 2}, new float[] {1, 6}),
        arguments(new AddSigns(0.5), new float[] {6.5f, -1, 8.5f, 1.5f}, new float[] {0, 3}),
        arguments(
            new ClipByNorm(2),
            new float[] {6 * clipped, -clipped, 8 * clipped, 2 * clipped},
            new float[] {0.5f * clippedBias, 3 * clippedBias}),
        arguments(
            new ScaleByTrustRatio(1, 0),
            new float[] {6 * trust, -trust, 8 * trust, 2 * trust},
            new float[] {0.5f * ofBias, 3 * ofBias}),
        arguments(
            // Columns are 10 and √5 long beside 5 and 2; the bias's numbers beside 1 and ε.
            new ClipAdaptively(0.1, 0.01),
            new float[] {
              6 * 0.5f / 10,
              -0.2f / (float) Math.sqrt(5),
              8 * 0.5f / 10,
              0.4f / (float) Math.sqrt(5)
            },
            new float[] {0.1f, 0.001f}),
        arguments(new KeepNonNegative(), new float[] {6, 0, 8, 2}, new float[] {1, 3}),
        arguments(
            // θ + u is (9, 12) and (−1, 0) in the columns.
            new KeepMaxNorm(4),
            new float[] {9 * 4 / 15f - 3, -1, 12 * 4 / 15f - 4, 2},
            new float[] {0.5f, 3}),
        arguments(new Lookahead(1, 0.5), new float[] {3, -0.5f, 4, 1}, new float[] {0.25f, 1.5f}));
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void makesOfUpdatesWhatItsFormulaSays(
      GradientTransform transform, float[] ofKernel, float[] ofBias) {
    float[] theta = flat(KERNEL, BIAS);
    float[] update = flat(OF_KERNEL, OF_BIAS);
    Optimizer optimizer = new Optimizer(List.of(transform));
    optimizer.update(
        optimizer.init(LAYOUT.size()),
        1,
        StepGradient.dense(update),
        theta,
        LAYOUT,
        (values, from, length) -> {});
    assertThat(update).containsExactly(flat(ofKernel, ofBias), within(1e-6f));
    float[] moved = flat(KERNEL, BIAS);
    for (int i = 0; i < moved.length; i++) {
      assertThat(theta[i]).isCloseTo(moved[i] + update[i], within(1e-6f));
    }
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void isItsText(GradientTransform transform, float[] ofKernel, float[] ofBias) {
    Optimizer optimizer = new Optimizer(List.of(transform));
    assertThat(Optimizer.parse(optimizer.toJson())).isEqualTo(optimizer);
  }

  @Test
  void recipesSayWhichParametersTheyAreFor() {
    Optimizer optimizer =
        Optimizers.sgd(1)
            .withL2("*kernel", 0.25)
            .freezing("*bias")
            .withNonNegative("dense_1/kernel");
    float[] theta = flat(KERNEL, BIAS);
    optimizer.update(
        optimizer.init(LAYOUT.size()),
        1,
        StepGradient.dense(flat(new float[] {0.5f, 1, 10, 0}, OF_BIAS)),
        theta,
        LAYOUT,
        (values, from, length) -> {});
    assertThat(theta).containsExactly(flat(new float[] {1, 0, 0, 0}, BIAS), within(1e-6f));
  }

  @Test
  void refusesNamesOfNoParameter() {
    Optimizer optimizer = Optimizers.adam(1e-3).freezing("dense_*").freezing("conv_1/*");
    assertThatThrownBy(() -> optimizer.requireNames(LAYOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The optimizer names parameters [conv_1/*] that the network does not have. It has"
                + " [dense_1/kernel, dense_1/bias]; * stands for anything.");
    Optimizers.adam(1e-3).withL2("*", 1e-4).requireNames(LAYOUT);
  }

  @Test
  void theNormOfAllIsNotThatOfSome() {
    assertThatThrownBy(() -> new For("*", new ClipByGlobalNorm(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Unsupported transformation ClipByGlobalNorm");
  }

  private static float[] flat(float[] kernel, float[] bias) {
    float[] flat = new float[LAYOUT.size()];
    System.arraycopy(kernel, 0, flat, LAYOUT.view("dense_1/kernel").offset(), kernel.length);
    System.arraycopy(bias, 0, flat, LAYOUT.view("dense_1/bias").offset(), bias.length);
    return flat;
  }
}
