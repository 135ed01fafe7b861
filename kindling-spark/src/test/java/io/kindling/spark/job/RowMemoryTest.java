package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RowMemoryTest {

  @Test
  void isWhatTheUserSaysForEachWorker() {
    assertThat(RowMemory.of(OptionalLong.of(5_000), 3).bytes(1_000)).isEqualTo(5_000);
    assertThat(RowMemory.of(OptionalLong.of(0), 3).bytes(1_000)).isZero();
  }

  @Test
  void isAShareOfTheHeapDividedByItsWorkersUnlessSaid() {
    assertThat(RowMemory.of(OptionalLong.empty(), 1).bytes(1_000)).isEqualTo(300);
    assertThat(RowMemory.of(OptionalLong.empty(), 3).bytes(1_000)).isEqualTo(100);
  }
}
