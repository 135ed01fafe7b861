package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which ranks are threads of one process. The lowest rank of a process speaks for it, and processes
 * count in the order of those who speak.
 *
 * @param ranks of each process, by rising numbers
 * @param self the process that this rank is a thread of
 */
record Processes(List<List<Integer>> ranks, int self) {

  static Processes of(Membership members) {
    Map<String, List<Integer>> byName = new LinkedHashMap<>();
    for (int rank = 0; rank < members.worldSize(); rank++) {
      byName.computeIfAbsent(members.processes().get(rank), unseen -> new ArrayList<>()).add(rank);
    }
    List<List<Integer>> ranks = byName.values().stream().map(List::copyOf).toList();
    return new Processes(
        ranks, List.copyOf(byName.keySet()).indexOf(members.processes().get(members.rank())));
  }

  int count() {
    return ranks.size();
  }

  int worldSize() {
    return ranks.stream().mapToInt(List::size).sum();
  }

  /** The ranks of this process. */
  List<Integer> own() {
    return ranks.get(self);
  }

  /** Ranks of the process that has the most. */
  int most() {
    return ranks.stream().mapToInt(List::size).max().orElseThrow();
  }

  /** The ranks that speak, by process. */
  List<Integer> speakers() {
    return ranks.stream().map(each -> each.get(0)).toList();
  }

  int processOf(int rank) {
    int process = 0;
    while (!ranks.get(process).contains(rank)) {
      process++;
    }
    return process;
  }
}
