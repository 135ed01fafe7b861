package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;

/** Why a rank may not join, as the sentences it is told. */
final class Joining {

  private Joining() {}

  static String outside(int rank, int worldSize) {
    return "Rank "
        + rank
        + " cannot join. A world of "
        + worldSize
        + " has ranks 0 to "
        + (worldSize - 1)
        + ".";
  }

  static String duplicate(int rank, Address earlier, Address later) {
    return "Rank "
        + rank
        + " at "
        + later
        + " cannot join. The same rank has joined from "
        + earlier
        + " and is alive; give every worker a rank of its own.";
  }
}
