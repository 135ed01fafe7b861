package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.testing.FreshJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills whole applications in random steps and resumes each time: the end has the very bits of a
 * training that was never killed. {@code -Dkindling.kills=20} for more kills than every build does.
 */
class ResumeIT {

  private static final int KILLS = Integer.getInteger("kindling.kills", 2);
  private static final int STEPS = 8 * 18;

  @TempDir Path folder;

  @Test
  void anApplicationThatIsKilledAgainAndAgainEndsWithTheSameBits() throws Exception {
    List<String> undisturbed = train("undisturbed", 0, 2);
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int kill = 1; kill <= KILLS; kill++) {
      // Behind the kill before, so that each comes to pass.
      long least = (long) STEPS * (kill - 1) / KILLS + 5;
      die("killed", random.nextLong(least, Math.max(least + 1, (long) STEPS * kill / KILLS)));
    }

    assertThat(train("killed", 0, 2)).as("seed %d", seed).isEqualTo(undisturbed);
    List<Long> firstSteps = firstSteps("killed");
    assertThat(firstSteps).hasSize(KILLS + 1).startsWith(1L).isSorted();
    assertThat(firstSteps.subList(1, firstSteps.size())).allMatch(step -> step > 1);
  }

  private List<Long> firstSteps(String checkpoints) throws Exception {
    return Files.readAllLines(TrainUntilKilled.notes(folder.resolve(checkpoints).toString()))
        .stream()
        .map(Long::parseLong)
        .toList();
  }

  @Test
  void goesOnWithAnotherNumberOfWorkers() throws Exception {
    die("other", 31);

    assertThat(train("other", 0, 1)).hasSize(1);
    assertThat(firstSteps("other").get(1)).isGreaterThan(1);
    try (Stream<Path> trainings = Files.list(folder.resolve("other"))) {
      assertThat(trainings).as("goes on in its folder").hasSize(1);
    }
  }

  private List<String> train(String checkpoints, long step, int workers) throws Exception {
    return FreshJvm.run(
        folder,
        TrainUntilKilled.class,
        folder.resolve(checkpoints).toString(),
        String.valueOf(step),
        String.valueOf(workers));
  }

  private void die(String checkpoints, long step) throws Exception {
    Throwable failure =
        org.assertj.core.api.Assertions.catchThrowable(() -> train(checkpoints, step, 2));
    assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("failed.");
    assertThat(folder.resolve(checkpoints)).isNotEmptyDirectory();
  }
}
