package io.kindling.cluster.allreduce;

import java.util.ArrayList;
import java.util.List;

/**
 * Who exchanges with whom in recursive doubling.
 *
 * <p>Of a power of two members, each exchanges with the one whose number differs in the first bit,
 * then in the second, and so on: after exchange k each knows what 2ᵏ⁺¹ neighbouring members had
 * together. In a world that is no power of two, as many pairs of ranks from 0 on as are too many
 * are one member each: the odd rank gives what it has to the even one, which speaks for both, and
 * is told the result. So members are ranks side by side, and what is put together is always from
 * ranks side by side. Thakur, Rabenseifner and Gropp, Optimization of Collective Communication
 * Operations in MPICH, 2005.
 *
 * <p>Cost: {@code ⌊log₂ worldSize⌋} exchanges, and two more where it is no power of two.
 */
record DoublingSchedule(int rank, int worldSize) {

  DoublingSchedule {
    assert rank >= 0 && rank < worldSize : "rank " + rank + " of " + worldSize;
  }

  /** Exchanges among members. */
  int exchanges() {
    return Integer.numberOfTrailingZeros(members());
  }

  /** Whether the rank before this one speaks for it. */
  boolean isSpokenFor() {
    return rank < 2 * pairs() && rank % 2 == 1;
  }

  /** Whether this rank speaks for the next one too. */
  boolean speaksForNext() {
    return rank < 2 * pairs() && rank % 2 == 0;
  }

  /** Whom a rank that speaks exchanges with. */
  int partner(int exchange) {
    return firstRank(member() ^ (1 << exchange));
  }

  /** The first of the ranks whose parts this one has before an exchange. */
  int begin(int exchange) {
    return firstRank(group(exchange));
  }

  /** One more than the last of them. */
  int end(int exchange) {
    return firstRank(group(exchange) + (1 << exchange));
  }

  /** All ranks this one sends to and receives from. */
  List<Integer> partners() {
    if (isSpokenFor()) {
      return List.of(rank - 1);
    }
    List<Integer> partners = new ArrayList<>();
    if (speaksForNext()) {
      partners.add(rank + 1);
    }
    for (int exchange = 0; exchange < exchanges(); exchange++) {
      partners.add(partner(exchange));
    }
    return partners;
  }

  private int members() {
    return Integer.highestOneBit(worldSize);
  }

  private int pairs() {
    return worldSize - members();
  }

  private int member() {
    return rank < 2 * pairs() ? rank / 2 : rank - pairs();
  }

  private int group(int exchange) {
    return member() >> exchange << exchange;
  }

  private int firstRank(int member) {
    return member < pairs() ? 2 * member : member + pairs();
  }
}
