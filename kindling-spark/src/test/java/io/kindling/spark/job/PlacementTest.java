package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {

  private static List<Executors.Executor> executors(int... cores) {
    return IntStream.range(0, cores.length)
        .mapToObj(i -> new Executors.Executor(String.valueOf(i), "host" + i, cores[i]))
        .toList();
  }

  @Test
  void dealsRanksRoundTheExecutorsAndSharesTheirCores() {
    Placement placement = Placement.of(executors(4, 4, 4), 5, 5, 8);

    assertThat(placement.executors())
        .extracting(Executors.Executor::id)
        .containsExactly("0", "1", "2", "0", "1");
    assertThat(placement.threads()).containsExactly(2, 2, 4, 2, 2);
    assertThat(placement.mostWorkersPerExecutor()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 1, 1", "3, 2, 1", "3, 3, 1", "2, 3, 2", "2, 5, 3"})
  void countsTheMostWorkersOfOneExecutor(int available, int workers, int most) {
    int[] cores = new int[available];
    java.util.Arrays.fill(cores, 2);

    assertThat(Placement.of(executors(cores), workers, workers, 8).mostWorkersPerExecutor())
        .isEqualTo(most);
  }

  @Test
  void givesEveryRankAThreadEvenWhereCoresAreFewer() {
    assertThat(Placement.of(executors(1), 3, 3, 8).threads()).containsExactly(1, 1, 1);
  }

  @Test
  void givesEveryShardToOneRankAndItsExecutor() {
    Placement placement = Placement.of(executors(1, 1, 1), 3, 3, 8);

    assertThat(IntStream.range(0, 8).map(placement::rankOf))
        .containsExactly(0, 1, 2, 0, 1, 2, 0, 1);
    assertThat(placement.executorOf(4).asPreference()).containsExactly("executor_host1_1");
  }

  @Test
  void givesNoShardToARankThatOnlyServes() {
    Placement placement = Placement.of(executors(1, 1, 1), 3, 2, 5);

    assertThat(IntStream.range(0, 5).map(placement::rankOf)).containsExactly(0, 1, 0, 1, 0);
  }

  @Test
  void prefersNoPlaceWhereTheDriverRunsTheTasks() {
    assertThat(new Executors.Executor("driver", "host", 4).asPreference()).isEmpty();
  }
}
