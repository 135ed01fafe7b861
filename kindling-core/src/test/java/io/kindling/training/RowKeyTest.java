package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowKeyTest {

  @Test
  void differsWhereAnyOfItsFourNumbersDiffers() {
    Set<Long> keys = new HashSet<>();
    for (long seed = 0; seed < 5; seed++) {
      for (long step = 0; step < 20; step++) {
        for (long shard = 0; shard < 10; shard++) {
          for (long row = 0; row < 20; row++) {
            keys.add(RowKey.of(seed, step, shard, row));
          }
        }
      }
    }
    assertThat(keys).hasSize(5 * 20 * 10 * 20);
  }
}
