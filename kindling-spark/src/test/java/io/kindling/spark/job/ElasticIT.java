package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.spark.job.TrainElastic.Scenario;
import io.kindling.spark.testing.FreshJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings in which workers come and go lose and gain nothing but speed. */
class ElasticIT {

  @TempDir Path folder;

  @Test
  void fourWorkersThenTwoThenThreeLearnTheSame() throws Exception {
    assertThat(sizes(Scenario.FOUR_TWO_THREE)).containsSubsequence(4, 2, 3);
  }

  @Test
  void beginsWithOneExecutorGrowsToThreeAndLosesOne() throws Exception {
    List<Integer> sizes = sizes(Scenario.DYNAMIC_ALLOCATION);

    assertThat(sizes).startsWith(1).contains(3);
    assertThat(sizes.subList(sizes.indexOf(3), sizes.size()))
        .as("behind the loss")
        .hasSizeGreaterThan(1);
  }

  @Test
  void aDecommissionedWorkerHandsOverBeforeItGoes() throws Exception {
    List<Integer> sizes = sizes(Scenario.DECOMMISSION);

    assertThat(sizes).containsExactly(2, 2);
  }

  /** The process has to give up at once though each of its two threads waits for the other. */
  @ParameterizedTest
  @EnumSource(names = {"SHARED_EXECUTORS", "SHARDS"})
  void workersThatShareAnExecutorAreReplacedTogether(Scenario scenario) throws Exception {
    List<Integer> sizes = sizes(scenario);

    assertThat(sizes).startsWith(4).endsWith(4).hasSizeGreaterThan(1);
  }

  /** Runs it, compares the losses, and gives the sizes of the generations. */
  private List<Integer> sizes(Scenario scenario) throws Exception {
    Path notes = Files.createDirectory(folder.resolve("notes"));
    List<String> printed =
        FreshJvm.run(folder, TrainElastic.class, scenario.name(), notes.toString());
    double[] undisturbed = losses(printed, "undisturbed ");
    double[] disturbed = losses(printed, "disturbed ");
    assertThat(disturbed).hasSameSizeAs(undisturbed);
    for (int epoch = 0; epoch < undisturbed.length; epoch++) {
      assertThat(disturbed[epoch])
          .as("loss of epoch %d", epoch + 1)
          .isCloseTo(undisturbed[epoch], within(1e-3 * undisturbed[epoch]));
    }
    return printed.stream()
        .filter(line -> line.startsWith("workers "))
        .map(line -> Integer.parseInt(line.substring("workers ".length())))
        .toList();
  }

  private static double[] losses(List<String> printed, String name) {
    String line = printed.stream().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
    return Arrays.stream(line.substring(name.length() + 1, line.length() - 1).split(", ", -1))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
