package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.LinkException;
import io.kindling.training.Position;
import java.util.List;

/**
 * What the driver hears of its workers.
 *
 * <p>Calls about one worker come one after another, those about different ones from different
 * threads. They hold up that worker's heartbeats, so they return soon.
 */
public interface WorkerListener {

  /** Whether someone who knows the secret may still take part; asked before it joins. */
  default boolean admits(Newcomer who) {
    return true;
  }

  /** A worker is there, for the first time or again. */
  default void onJoined(Newcomer who) {}

  /**
   * The workers of a new generation know of each other.
   *
   * @param members by rank
   * @param reached how far the most advanced of them has come
   * @param why the one before it ended
   */
  default void onFormed(int generation, List<Newcomer> members, Position reached, String why) {}

  /** A worker told about its progress. */
  default void onReport(Report report) {}

  /** A worker gives up for a reason of its own; it will leave or be lost next. */
  default void onFailed(Failure failure) {}

  /** A worker cannot read rows that it was to train on; it waits. */
  default void onMissing(Newcomer who, String what) {}

  /** Something went wrong at a worker that goes on. */
  default void onComplaint(Newcomer who, int rank, String text) {}

  /** A worker has done the plan; all of them have results of one checksum. */
  default void onDone(Newcomer who, int rank, long checksum) {}

  /** Training cannot go on: generation after generation fails. */
  default void onGaveUp(String why) {}

  /**
   * A worker is gone without a word; it may join again.
   *
   * @param rank its rank, or its place where it has none
   * @param last the last it was heard to say
   */
  default void onLost(Newcomer who, int rank, Beat last, LinkException cause) {}

  /** A worker ended as it should: it was done, or it was told to stop. */
  default void onLeft(Newcomer who) {}
}
