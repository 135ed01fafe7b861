package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EpochOrderTest {

  private record Place(int shard, int row) {}

  static Stream<Arguments> shardsAndBatches() {
    List<int[]> shards =
        List.of(
            new int[] {1},
            new int[] {10},
            new int[] {4, 4, 4},
            new int[] {0, 5, 0},
            new int[] {100, 1, 7, 0, 33},
            new int[] {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3},
            new int[] {1000, 10, 10},
            new int[] {});
    return shards.stream()
        .flatMap(sizes -> Stream.of(1, 2, 3, 7, 64, 5000).map(batch -> Arguments.of(sizes, batch)));
  }

  private static Set<Integer> all(int[] sizes) {
    return IntStream.range(0, sizes.length).boxed().collect(Collectors.toSet());
  }

  private static List<List<Place>> steps(
      int[] sizes, Set<Integer> held, int batch, long seed, int epoch) {
    EpochOrder order = new EpochOrder(new ShardSizes(sizes, held), batch, seed, epoch);
    List<List<Place>> steps = new ArrayList<>();
    while (order.next()) {
      List<Place> step = new ArrayList<>();
      for (int shard = 0; shard < sizes.length; shard++) {
        for (int i = 0; held.contains(shard) && i < order.rows(shard); i++) {
          step.add(new Place(shard, order.row(shard, i)));
        }
      }
      steps.add(step);
    }
    return steps;
  }

  @ParameterizedTest
  @MethodSource("shardsAndBatches")
  void everyRowComesExactlyOnce(int[] sizes, int batch) {
    List<Place> seen =
        steps(sizes, all(sizes), batch, 1, 1).stream().flatMap(List::stream).toList();
    List<Place> rows = new ArrayList<>();
    for (int shard = 0; shard < sizes.length; shard++) {
      for (int row = 0; row < sizes[shard]; row++) {
        rows.add(new Place(shard, row));
      }
    }
    assertThat(seen).hasSameSizeAs(rows);
    assertThat(new HashSet<>(seen)).isEqualTo(new HashSet<>(rows));
  }

  @ParameterizedTest
  @MethodSource("shardsAndBatches")
  void everyStepIsFullButTheLast(int[] sizes, int batch) {
    long left = Arrays.stream(sizes).sum();
    EpochOrder order = new EpochOrder(new ShardSizes(sizes, Set.of()), batch, 1, 1);
    while (order.next()) {
      assertThat(order.rows()).isEqualTo((int) Math.min(batch, left));
      left -= order.rows();
    }
    assertThat(left).isZero();
    assertThat(order.next()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("shardsAndBatches")
  void isTheSameWhicheverShardsAreHeld(int[] sizes, int batch) {
    List<List<Place>> whole = steps(sizes, all(sizes), batch, 5, 2);
    for (int workers : new int[] {2, 3, 7}) {
      for (int rank = 0; rank < workers; rank++) {
        int mine = rank;
        Set<Integer> held =
            all(sizes).stream()
                .filter(shard -> shard % workers == mine)
                .collect(Collectors.toSet());
        List<List<Place>> expected =
            whole.stream()
                .map(step -> step.stream().filter(at -> held.contains(at.shard())).toList())
                .toList();
        assertThat(steps(sizes, held, batch, 5, 2)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shardsAndBatches")
  void takesFromEveryShardItsShare(int[] sizes, int batch) {
    double rows = Arrays.stream(sizes).sum();
    EpochOrder order = new EpochOrder(new ShardSizes(sizes, Set.of()), batch, 1, 1);
    int[] taken = new int[sizes.length];
    int sum = 0;
    while (order.next()) {
      sum += order.rows();
      for (int shard = 0; shard < sizes.length; shard++) {
        taken[shard] += order.rows(shard);
        // Each shard is rounded by half a row at most, and the others' rounding moves the cut.
        double slack = 1 + sizes.length / 2.0 * sizes[shard] / rows;
        assertThat(Math.abs(taken[shard] - sum * sizes[shard] / rows)).isLessThanOrEqualTo(slack);
      }
    }
  }

  @Test
  void differsBetweenEpochsAndBetweenSeeds() {
    int[] sizes = {50, 50};
    List<List<Place>> first = steps(sizes, all(sizes), 10, 1, 1);
    assertThat(steps(sizes, all(sizes), 10, 1, 1)).isEqualTo(first);
    assertThat(steps(sizes, all(sizes), 10, 1, 2)).isNotEqualTo(first);
    assertThat(steps(sizes, all(sizes), 10, 2, 1)).isNotEqualTo(first);
  }

  @Test
  void shardsOfOneSizeHaveOrdersOfTheirOwn() {
    int[] sizes = {50, 50};
    List<Integer> first = rowsOf(sizes, 0);
    assertThat(rowsOf(sizes, 1)).isNotEqualTo(first);
  }

  private static List<Integer> rowsOf(int[] sizes, int shard) {
    return steps(sizes, Set.of(shard), 100, 1, 1).get(0).stream().map(Place::row).toList();
  }

  @Test
  void everyOrderOfThreeRowsIsAboutAsLikely() {
    var counts = new java.util.HashMap<List<Integer>, Integer>();
    int epochs = 6_000;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      List<Integer> order =
          steps(new int[] {3}, Set.of(0), 3, 9, epoch).get(0).stream().map(Place::row).toList();
      counts.merge(order, 1, Integer::sum);
    }
    assertThat(counts).hasSize(6);
    // 1000 expected each, standard deviation 29: within five of them.
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(855, 1145));
  }
}
