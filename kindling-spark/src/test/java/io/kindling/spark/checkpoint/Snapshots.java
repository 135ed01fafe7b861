package io.kindling.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.metric.Evaluation;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import io.kindling.training.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** States of trainings that never were. */
final class Snapshots {

  /** Of a few blocks of a checkpoint's file, with an array that is empty. */
  static final int[] LENGTHS = {150_001, 3, 7, 0, 0, 150_001};

  private Snapshots() {}

  /** One whose numbers, every fifth of them none, tell it from those of other steps. */
  static Snapshot at(long step, int epochs, int... lengths) {
    List<float[]> arrays = new ArrayList<>();
    for (int length : lengths) {
      float[] array = new float[length];
      for (int i = 0; i < length; i++) {
        int nan = i % 5 == 0 ? 0x7f800001 : 0;
        array[i] =
            Float.intBitsToFloat(((int) step * 1_000_003 + arrays.size() * 500_009 + i) | nan);
      }
      arrays.add(array);
    }
    return new Snapshot(text(step, epochs, lengths), arrays);
  }

  static String text(long step, int epochs, int... lengths) {
    Evaluation evaluation = new Evaluation(90, 0.1, Map.of("accuracy", 1.0 / 3));
    History history =
        new History(
            IntStream.rangeClosed(1, epochs)
                .mapToObj(each -> new EpochReport(each, 5, evaluation, Optional.empty(), 0.25))
                .toList(),
            new float[0]);
    return ("{'step':%d,'lastRows':32,'lastLoss':'NaN','lastMetricSums':[1.5],'history':%s,'sums':[0.1],"
            + "'rowsInEpoch':128,'stepsInEpoch':4,'epochNanos':12345,'lowest':'Infinity','toBeat':0.3,"
            + "'waited':2,'lengths':%s}")
        .replace('\'', '"')
        .formatted(
            step,
            "\"" + history.toJson().replace("\"", "\\\"") + "\"",
            Arrays.toString(lengths).replace(" ", ""));
  }

  static void assertSame(Snapshot found, Snapshot expected) {
    assertThat(found.text()).isEqualTo(expected.text());
    assertThat(found.arrays()).hasSameSizeAs(expected.arrays());
    for (int i = 0; i < expected.arrays().size(); i++) {
      assertThat(bits(found.arrays().get(i))).isEqualTo(bits(expected.arrays().get(i)));
    }
  }

  private static int[] bits(float[] array) {
    int[] bits = new int[array.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(array[i]));
    return bits;
  }
}
