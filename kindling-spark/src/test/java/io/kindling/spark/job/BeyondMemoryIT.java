package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerStep;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.testing.FreshJvm;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on more rows than memory has room for gives the bits of training in memory. */
class BeyondMemoryIT {

  private static final String ENOUGH = "600m";

  @TempDir private Path folder;

  /** Where a worker's rows are: fails its training where they are elsewhere. */
  private record RowsAre(boolean inFiles) implements TrainingCallback {
    private static final long serialVersionUID = 1;

    @Override
    public void stepEnded(WorkerStep step) {
      String reader = "kindling-reader-rank-" + step.rank() + "-0";
      boolean reads =
          Thread.getAllStackTraces().keySet().stream()
              .anyMatch(thread -> thread.getName().equals(reader));
      if (reads != inFiles || rowFolders().isEmpty() == inFiles) {
        throw new IllegalStateException("Rows are in " + rowFolders() + ", read: " + reads);
      }
    }
  }

  /** The folders in which rows are, in this executor. */
  private static List<String> rowFolders() {
    return Arrays.stream(SparkEnv.get().blockManager().diskBlockManager().localDirs())
        .flatMap(directory -> Arrays.stream(directory.listFiles()))
        .map(File::getName)
        .filter(name -> name.startsWith("kindling-rows-"))
        .toList();
  }

  /** 16 MB of rows, of which each of two workers has room for 2 MiB. */
  @Test
  void trainsTheSameBitsOnFourTimesTheMemory() {
    SparkSession spark = LocalClusterSession.get();
    int rows = 5_000;
    String inMemory = WideRows.bits(spark, rows, ENOUGH, new RowsAre(false));

    assertThat(WideRows.bits(spark, rows, "2m", new RowsAre(true))).isEqualTo(inMemory);
    assertThat(WideRows.bits(spark, rows, "0", new RowsAre(true))).isEqualTo(inMemory);

    List<Integer> numbers = IntStream.range(0, 12).boxed().toList();
    assertThat(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(numbers, numbers.size())
                .flatMap(unused -> rowFolders().iterator())
                .collect())
        .isEmpty();
  }

  /** The callback is what fails; where the rows are is no reason. */
  @Test
  void noticesWhereRowsAre() {
    assertThatThrownBy(
            () -> WideRows.bits(LocalClusterSession.get(), 1_000, ENOUGH, new RowsAre(true)))
        .hasMessageContaining("Rows are in [], read: false");
  }

  /** 130 MB of rows in 8 shards of 16 MB, and 14 MB for all that Spark caches and sorts. */
  @Test
  void trainsTheSameBitsWhereSparksOwnMemoryHoldsNoShard() throws Exception {
    int rows = 40_000;

    assertThat(
            FreshJvm.run(
                folder,
                WideRows.class,
                String.valueOf(rows),
                "8m",
                "spark.memory.fraction=0.02",
                "spark.io.encryption.enabled=true"))
        .containsExactly(
            WideRows.bits(LocalClusterSession.get(), rows, ENOUGH, TrainingCallback.none()));
  }
}
