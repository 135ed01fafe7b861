package io.kindling.examples.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every task runs, for one epoch on generated files; what it learns of real ones is measured
 * elsewhere.
 */
class LearningTaskTest {

  @TempDir private static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    new GeneratedData(folder).write();
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static Stream<String> names() {
    return LearningTask.all().stream().map(LearningTask::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void runs(String name) {
    LearningTask task =
        LearningTask.all().stream().filter(each -> each.name().equals(name)).findFirst().get();

    Outcome outcome = task.learn(spark, folder, 1, 1);

    assertThat(outcome.figure()).isFinite().isNotNegative();
    assertThat(outcome.others().values()).allSatisfy(each -> assertThat(each).isFinite());
  }

  @Test
  void namesAreDistinct() {
    assertThat(names()).doesNotHaveDuplicates();
  }

  @Test
  void stepsCountTheLastBatchOfAnEpochToo() {
    assertThat(LearningTask.steps(128, 64, 3)).isEqualTo(6);
    assertThat(LearningTask.steps(129, 64, 3)).isEqualTo(9);
  }

  @Test
  void barsKnowWhichFiguresAreGood() {
    assertThat(Bar.atLeast(0.9).isReachedBy(0.9)).isTrue();
    assertThat(Bar.atLeast(0.9).isReachedBy(0.89)).isFalse();
    assertThat(Bar.atMost(0.5).isReachedBy(0.51)).isFalse();
    assertThat(Stream.of(0.2, 0.4).min(Bar.atMost(0.5).order())).contains(0.4);
  }
}
