package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Address;
import io.kindling.training.Position;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessesTest {

  private static Processes of(int rank, String... processes) {
    int size = processes.length;
    return Processes.of(
        new Membership(
            "job",
            1,
            rank,
            Collections.nCopies(size, new Address("host", 1)),
            Collections.nCopies(size, Position.NONE),
            List.of(processes)));
  }

  @Test
  void processesCountInTheOrderOfTheirLowestRanks() {
    Processes processes = of(3, "z", "a", "z", "m", "a", "z");
    assertThat(processes.ranks()).containsExactly(List.of(0, 2, 5), List.of(1, 4), List.of(3));
    assertThat(processes.speakers()).containsExactly(0, 1, 3);
    assertThat(processes.self()).isEqualTo(2);
    assertThat(processes.own()).containsExactly(3);
    assertThat(processes.most()).isEqualTo(3);
    assertThat(processes.worldSize()).isEqualTo(6);
    assertThat(processes.processOf(4)).isEqualTo(1);
  }

  @Test
  void allRanksSeeTheSameProcesses() {
    for (int rank = 0; rank < 3; rank++) {
      assertThat(of(rank, "b", "a", "b").ranks()).containsExactly(List.of(0, 2), List.of(1));
    }
  }
}
