package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingScheduleTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 17})
  void everyRankEndsWithEverySum(int worldSize) {
    long[][] chunks = new long[worldSize][worldSize]; // [rank, chunk]
    for (int rank = 0; rank < worldSize; rank++) {
      for (int chunk = 0; chunk < worldSize; chunk++) {
        chunks[rank][chunk] = 1L << rank;
      }
    }

    for (int step = 0; step < new RingSchedule(0, worldSize).steps(); step++) {
      long[][] before = Arrays.stream(chunks).map(long[]::clone).toArray(long[][]::new);
      for (int rank = 0; rank < worldSize; rank++) {
        RingSchedule schedule = new RingSchedule(rank, worldSize);
        int chunk = schedule.chunkToReceive(step);
        long arriving = before[Math.floorMod(rank - 1, worldSize)][chunk];
        chunks[rank][chunk] = schedule.isReducing(step) ? chunks[rank][chunk] + arriving : arriving;
      }
    }

    long everyone = (1L << worldSize) - 1;
    assertThat(Arrays.asList(chunks)).allSatisfy(rank -> assertThat(rank).containsOnly(everyone));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 17})
  void receivesExactlyWhatThePreviousRankSends(int worldSize) {
    for (int rank = 0; rank < worldSize; rank++) {
      RingSchedule schedule = new RingSchedule(rank, worldSize);
      RingSchedule previous = new RingSchedule(Math.floorMod(rank - 1, worldSize), worldSize);
      for (int step = 0; step < schedule.steps(); step++) {
        assertThat(schedule.chunkToReceive(step)).isEqualTo(previous.chunkToSend(step));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 17})
  void sendsNextWhatItReceivedLast(int worldSize) {
    RingSchedule schedule = new RingSchedule(1, worldSize);
    for (int step = 1; step < schedule.steps(); step++) {
      assertThat(schedule.chunkToSend(step)).isEqualTo(schedule.chunkToReceive(step - 1));
    }
  }
}
