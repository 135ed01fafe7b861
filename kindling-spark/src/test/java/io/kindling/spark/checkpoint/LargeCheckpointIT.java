package io.kindling.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.training.Snapshot;
import io.kindling.training.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of a gigabyte; how long its reading takes is printed, not judged. */
class LargeCheckpointIT {

  private static final int FLOATS = 50_000_000;
  private static final int SLOTS = 4;

  @TempDir private Path root;

  @Test
  void aGigabyteComesBack() throws Exception {
    Configuration configuration = new Configuration();
    Path folder = written(configuration);

    long began = System.nanoTime();
    TrainingState state = Resume.state(folder.toString(), configuration);
    long read = System.nanoTime() - began;

    print("read", read);
    assertThat(state.step()).isEqualTo(5);
    assertThat(state.optimizer().slots()).hasNumberOfRows(SLOTS);
    for (float[] slot : state.optimizer().slots()) {
      assertThat(Arrays.mismatch(slot, state.parameters())).isEqualTo(-1);
    }
    assertThat(state.parameters()[FLOATS - 1]).isEqualTo(FLOATS - 1);
  }

  /** Of one array five times, so that the test needs the memory of a single state. */
  private Path written(Configuration configuration) throws Exception {
    float[] numbers = new float[FLOATS];
    for (int i = 0; i < FLOATS; i++) {
      numbers[i] = i;
    }
    List<float[]> arrays =
        new ArrayList<>(
            List.of(numbers, new float[0], new float[] {1}, new float[0], new float[0]));
    for (int slot = 0; slot < SLOTS; slot++) {
      arrays.add(numbers);
    }
    int[] lengths = arrays.stream().mapToInt(array -> array.length).toArray();
    long began = System.nanoTime();
    new CheckpointFolder(root.toString(), configuration)
        .write(
            new Checkpoint.Source(
                "{}", new Checkpoint.Rows(new int[] {20}, new int[] {0}, new long[] {7})),
            new Snapshot(Snapshots.text(5, 1, lengths), arrays));
    print("written", System.nanoTime() - began);
    return root.resolve("epochs-1-step-000000005");
  }

  private static void print(String what, long nanos) {
    System.out.printf(
        "A checkpoint of %,d floats was %s in %.1f s.%n", (1 + SLOTS) * FLOATS, what, nanos / 1e9);
  }
}
