package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DoublingScheduleTest {

  static IntStream worldSizes() {
    return IntStream.rangeClosed(1, 33);
  }

  /** Sums of a power of two per rank, as sets of ranks. */
  @ParameterizedTest
  @MethodSource("worldSizes")
  void everyRankEndsWithEverySum(int worldSize) {
    long[] sums = new long[worldSize];
    for (int rank = 0; rank < worldSize; rank++) {
      sums[rank] = 1L << rank;
      if (schedule(rank, worldSize).isSpokenFor()) {
        sums[rank - 1] += sums[rank];
      }
    }
    for (int exchange = 0; exchange < schedule(0, worldSize).exchanges(); exchange++) {
      long[] before = sums.clone();
      for (int rank = 0; rank < worldSize; rank++) {
        DoublingSchedule schedule = schedule(rank, worldSize);
        if (!schedule.isSpokenFor()) {
          assertThat(before[rank])
              .isEqualTo(ranks(schedule.begin(exchange), schedule.end(exchange)));
          sums[rank] += before[schedule.partner(exchange)];
        }
      }
    }
    for (int rank = 0; rank < worldSize; rank++) {
      long sum = schedule(rank, worldSize).isSpokenFor() ? sums[rank - 1] : sums[rank];
      assertThat(sum).as("of rank %d", rank).isEqualTo(ranks(0, worldSize));
    }
  }

  @ParameterizedTest
  @MethodSource("worldSizes")
  void partnersAreEachOthersPartners(int worldSize) {
    for (int rank = 0; rank < worldSize; rank++) {
      DoublingSchedule schedule = schedule(rank, worldSize);
      assertThat(schedule.partners()).doesNotHaveDuplicates().doesNotContain(rank);
      for (int partner : schedule.partners()) {
        assertThat(schedule(partner, worldSize).partners()).contains(rank);
      }
      for (int exchange = 0; exchange < schedule.exchanges(); exchange++) {
        if (!schedule.isSpokenFor()) {
          int partner = schedule.partner(exchange);
          assertThat(schedule(partner, worldSize).isSpokenFor()).isFalse();
          assertThat(schedule(partner, worldSize).partner(exchange)).isEqualTo(rank);
        }
      }
    }
  }

  @Test
  void takesAsManyExchangesAsTheLogarithm() {
    assertThat(IntStream.of(1, 2, 3, 4, 7, 8, 512).map(size -> schedule(0, size).exchanges()))
        .containsExactly(0, 1, 1, 2, 2, 3, 9);
  }

  @Test
  void evenRanksSpeakForOddOnesWhereThereAreTooMany() {
    assertThat(schedule(0, 6).speaksForNext()).isTrue();
    assertThat(schedule(3, 6).partners()).containsExactly(2);
    assertThat(schedule(2, 6).partners()).containsExactly(3, 0, 5);
    assertThat(schedule(4, 6).partners()).containsExactly(5, 0);
  }

  private static DoublingSchedule schedule(int rank, int worldSize) {
    return new DoublingSchedule(rank, worldSize);
  }

  private static long ranks(int begin, int end) {
    return IntStream.range(begin, end).mapToLong(rank -> 1L << rank).sum();
  }
}
