package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.metric.Evaluation;
import io.kindling.optimizer.OptimizerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {

  private static final float[] FLOATS = {
    0, -0.0f, 0.1f, Float.MIN_VALUE, -Float.MAX_VALUE, Float.NaN, 1 / 0f, -1 / 0f, 16_777_217
  };
  private static final double[] DOUBLES = {
    0, -0.0, 0.1, 1.0 / 3, Double.MIN_VALUE, -Double.MAX_VALUE, Double.NaN, 1 / 0., -1 / 0., 1e16
  };

  /** In the middle of its third epoch, with no two numbers alike. */
  private static TrainingState state() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("b \"quoted\" \\ é", 1.0 / 3);
    metrics.put("a", Double.NaN);
    Evaluation training = new Evaluation(150, 0.1 + 0.2, metrics);
    Evaluation validation = new Evaluation(1L << 40, 1e-300, Map.of());
    List<EpochReport> epochs =
        List.of(
            new EpochReport(1, 5, training, Optional.of(validation), 0.7),
            new EpochReport(2, 1L << 33, training, Optional.empty(), 1e-9));
    Progress progress =
        new Progress(
            epochs,
            new float[] {0.7f, 0.1f, Float.intBitsToFloat(0x7f812345)},
            DOUBLES.clone(),
            (1L << 53) + 1,
            7,
            Long.MAX_VALUE,
            new BestEpoch(0.3, 0.30000000000000004, 4, noNumbers(3), noNumbers(2)));
    return new TrainingState(
        (1L << 53) + 3,
        noNumbers(1000),
        noNumbers(1),
        new OptimizerState(new float[][] {noNumbers(1000), noNumbers(0), FLOATS.clone()}),
        new TrainingState.StepMeasure(32, Double.NEGATIVE_INFINITY, FLOATS.clone()),
        progress);
  }

  /** Arrays of NaNs, each of its own bits. */
  private static float[] noNumbers(int length) {
    float[] array = new float[length];
    for (int i = 0; i < length; i++) {
      array[i] = Float.intBitsToFloat(0xff800001 + i);
    }
    return array;
  }

  /** Through text and arrays, as it goes to others. */
  private static TrainingState sent(TrainingState state) {
    Snapshot snapshot = Snapshot.of(state);
    List<float[]> arrays = new ArrayList<>();
    for (int length : Snapshot.lengths(snapshot.text())) {
      arrays.add(new float[length]);
    }
    for (int i = 0; i < arrays.size(); i++) {
      System.arraycopy(
          snapshot.arrays().get(i), 0, arrays.get(i), 0, snapshot.arrays().get(i).length);
    }
    return new Snapshot(snapshot.text(), arrays).state();
  }

  @Test
  void everyNumberComesBackBitByBit() {
    TrainingState state = state();
    TrainingState found = sent(state);

    assertThat(found.step()).isEqualTo(state.step());
    assertThat(bits(found.parameters())).isEqualTo(bits(state.parameters()));
    assertThat(bits(found.networkState())).isEqualTo(bits(state.networkState()));
    assertThat(found.optimizer().slots()).hasNumberOfRows(3);
    for (int slot = 0; slot < 3; slot++) {
      assertThat(bits(found.optimizer().slots()[slot]))
          .isEqualTo(bits(state.optimizer().slots()[slot]));
    }
    assertThat(found.last().rows()).isEqualTo(32);
    assertThat(found.last().loss()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(bits(found.last().metricSums())).isEqualTo(bits(FLOATS));

    Progress progress = found.progress();
    Progress expected = state.progress();
    assertThat(progress.epochs()).isEqualTo(expected.epochs());
    assertThat(progress.epochs().get(0).training().metrics().keySet())
        .containsExactly("b \"quoted\" \\ é", "a");
    assertThat(bits(progress.stepLosses())).isEqualTo(bits(expected.stepLosses()));
    assertThat(bits(progress.sums())).isEqualTo(bits(DOUBLES));
    assertThat(progress.rowsInEpoch()).isEqualTo(expected.rowsInEpoch());
    assertThat(progress.stepsInEpoch()).isEqualTo(7);
    assertThat(progress.epochNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(progress.best().lowest()).isEqualTo(0.3);
    assertThat(progress.best().toBeat()).isEqualTo(0.30000000000000004);
    assertThat(progress.best().waited()).isEqualTo(4);
    assertThat(bits(progress.best().learned())).isEqualTo(bits(expected.best().learned()));
    assertThat(bits(progress.best().networkState()))
        .isEqualTo(bits(expected.best().networkState()));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {0, -0.0, 0.1, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, 1 / 0., -1 / 0.})
  void everyKindOfNumberComesBack(double number) {
    Progress progress = Progress.none();
    TrainingState state = state();
    TrainingState odd =
        new TrainingState(
            0,
            state.parameters(),
            state.networkState(),
            state.optimizer(),
            new TrainingState.StepMeasure(0, number, new float[0]),
            new Progress(
                progress.epochs(),
                progress.stepLosses(),
                progress.sums(),
                0,
                0,
                0,
                new BestEpoch(number, number, 0, new float[0], new float[0])));
    TrainingState found = sent(odd);
    assertThat(found.last().loss()).isEqualTo(Double.valueOf(number));
    assertThat(found.progress().best().lowest()).isEqualTo(Double.valueOf(number));
    assertThat(found.progress().best().toBeat()).isEqualTo(Double.valueOf(number));
  }

  @Test
  void aTrainingThatHasNotBegunComesBack() {
    TrainingState state =
        new TrainingState(
            0,
            new float[] {1, 2},
            new float[0],
            new OptimizerState(new float[0][]),
            new TrainingState.StepMeasure(0, Double.NaN, new float[0]),
            Progress.none());
    TrainingState found = sent(state);
    assertThat(found.position()).isEqualTo(new Position(0, 0));
    assertThat(found.parameters()).containsExactly(1, 2);
    assertThat(found.optimizer().slots()).isEmpty();
    assertThat(found.progress().epochs()).isEmpty();
    assertThat(found.progress().best().isKept()).isFalse();
    assertThat(Snapshot.of(found).text()).isEqualTo(Snapshot.of(state).text());
  }

  @Test
  void theTextSaysHowFarItIsAndHowLongTheArraysAre() {
    String text = Snapshot.of(state()).text();
    assertThat(Snapshot.position(text)).isEqualTo(new Position((1L << 53) + 3, 2));
    assertThat(Snapshot.lengths(text)).containsExactly(1000, 1, 3, 3, 2, 1000, 0, 9);
  }

  @Test
  void borrowsTheArraysUntilItIsCopied() {
    TrainingState state = state();
    Snapshot borrowed = Snapshot.of(state);
    Snapshot copy = borrowed.copy();
    state.parameters()[0] = 7;
    state.optimizer().slots()[2][0] = 8;
    assertThat(borrowed.state().parameters()[0]).isEqualTo(7);
    assertThat(copy.state().parameters()[0]).isNaN();
    assertThat(copy.state().optimizer().slots()[2][0]).isZero();
  }

  @Test
  void refusesArraysOfOtherLengths() {
    Snapshot snapshot = Snapshot.of(state());
    List<float[]> arrays = new ArrayList<>(snapshot.arrays());
    arrays.set(1, new float[4]);
    assertThatThrownBy(() -> new Snapshot(snapshot.text(), arrays).state())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid training state: its arrays have lengths [1000, 4, 3, 3, 2, 1000, 0, 9] but expected [1000, 1, 3,"
                + " 3, 2, 1000, 0, 9].");
    assertThatThrownBy(() -> new Snapshot(snapshot.text(), arrays.subList(0, 7)).state())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid training state: its arrays have lengths [1000, 4, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "[]", "7", "{\"step\":1}", "two steps"})
  void refusesATextThatIsNone(String text) {
    assertThatThrownBy(() -> Snapshot.lengths(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid training state: ");
    assertThatThrownBy(() -> Snapshot.position(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid training state: ");
    assertThatThrownBy(() -> new Snapshot(text, List.of()).state())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid training state: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "[]", "{\\\"epochs\\\":null,\\\"stepLosses\\\":[]}", ""})
  void refusesATextWhoseHistoryIsNone(String history) {
    String text =
        Snapshot.of(state())
            .text()
            .replaceFirst(
                "\"history\":\".*?[^\\\\]\",\"sums\"",
                "\"history\":\"" + history.replace("\\", "\\\\") + "\",\"sums\"");
    assertThat(text).contains("\"history\":\"" + history + "\"");
    assertThatThrownBy(() -> Snapshot.position(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid history");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1,2,3,4]", "[1000,1,3,3,-2,1000,0,9]"})
  void refusesATextWithImpossibleLengths(String lengths) {
    String text =
        Snapshot.of(state()).text().replaceFirst("\"lengths\":\\[.*?]", "\"lengths\":" + lengths);
    assertThatThrownBy(() -> Snapshot.lengths(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid training state: its arrays cannot have lengths "
                + lengths.replace(",", ", ")
                + ".");
  }

  @Test
  void aTextThatIsCutOrOfWhichABitWasFlippedIsRefusedInWordsOrRead() {
    Snapshot whole = Snapshot.of(state());
    String text = whole.text();
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThatThrownBy(() -> new Snapshot(cut, whole.arrays()).state())
          .isInstanceOf(IllegalArgumentException.class);
    }
    int refused = 0;
    for (int at = 0; at < text.length(); at++) {
      for (int bit = 0; bit < 7; bit++) {
        StringBuilder flipped = new StringBuilder(text);
        flipped.setCharAt(at, (char) (text.charAt(at) ^ 1 << bit));
        refused += isRefused(new Snapshot(flipped.toString(), whole.arrays())) ? 1 : 0;
      }
    }
    assertThat(refused).isGreaterThan(text.length());
  }

  private static boolean isRefused(Snapshot snapshot) {
    try {
      snapshot.state();
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static int[] bits(float[] array) {
    int[] bits = new int[array.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(array[i]));
    return bits;
  }

  private static long[] bits(double[] array) {
    long[] bits = new long[array.length];
    Arrays.setAll(bits, i -> Double.doubleToRawLongBits(array[i]));
    return bits;
  }
}
