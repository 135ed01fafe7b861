package io.kindling.cluster.allreduce;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Transport;
import io.kindling.training.WireFormat;
import java.time.Duration;

/**
 * Sums arrays over all ranks.
 *
 * <p>Every rank calls the same methods with arrays of the same length in the same order; one thread
 * at a time. Where they return, every rank holds the same bits, and the same inputs give the same
 * bits in every round.
 */
public interface AllReduce extends AutoCloseable {

  /** A slow rank may take this long between two segments; its heartbeats say whether it lives. */
  Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  /** Links this rank to all others; its rounds wait for the default timeout. */
  static AllReduce ring(
      Membership membership, Transport transport, Listener listener, Deadline deadline)
      throws LinkException {
    return ring(membership, transport, listener, deadline, DEFAULT_TIMEOUT);
  }

  /** Links this rank to all others; nothing is rounded. */
  static AllReduce ring(
      Membership membership,
      Transport transport,
      Listener listener,
      Deadline deadline,
      Duration timeout)
      throws LinkException {
    return ring(membership, transport, listener, deadline, timeout, WireFormat.FLOAT32);
  }

  /**
   * Links this rank to all others; all ranks do so at the same time.
   *
   * <p>Ranks that are processes of their own form a ring, and for small arrays have links to a few
   * others. Ranks of one process add up in the memory they share, and the lowest of them speaks for
   * all in the ring of processes. A process alone has no links.
   *
   * @param listener where other ranks connect, announced in the membership; borrowed, and no longer
   *     needed once this returns
   * @param deadline for the links to stand
   * @param timeout how long a round waits for a single segment, and a thread for the others of its
   *     process to come to a round
   * @param format in which rounded sums travel, the same on all ranks. A process alone sends
   *     nothing and so rounds nothing
   */
  static AllReduce ring(
      Membership membership,
      Transport transport,
      Listener listener,
      Deadline deadline,
      Duration timeout,
      WireFormat format)
      throws LinkException {
    Processes processes = Processes.of(membership);
    ProcessRanks.Linking linking =
        () ->
            processes.count() == 1
                ? new LocalAllReduce()
                : new RingAllReduce(
                    RankLinks.connect(
                        transport, listener, membership, processes.speakers(), deadline),
                    timeout,
                    format);
    return processes.most() == 1
        ? linking.link()
        : ProcessRanks.HERE.join(membership, processes, linking, deadline, timeout);
  }

  int rank();

  int worldSize();

  /** How the floats of rounded sums travel. */
  WireFormat wireFormat();

  /**
   * Replaces elements {@code from} to {@code to} by their sums over all ranks. The order of the
   * additions depends on which ranks share a process, on the world size and on how many elements
   * there are.
   *
   * @param step the training step, the same on all ranks; frames of another step are refused
   * @throws LostRoundException if the round is lost; the elements are then undefined and no further
   *     round is possible: restart from the last checkpoint with a new ring
   */
  void sum(float[] data, int from, int to, long step) throws LostRoundException;

  /** Replaces all elements by their sums over all ranks. */
  default void sum(float[] data, long step) throws LostRoundException {
    sum(data, 0, data.length, step);
  }

  /**
   * Replaces elements {@code from} to {@code to} by their sums over all ranks, as {@link #sum}
   * does, but lets them travel in the wire format. Partial sums are rounded where they leave a rank
   * and the sums once more where they are complete: {@code worldSize} roundings of each.
   *
   * <p>Arrays so small that their time is latency travel as they are.
   *
   * @param lost takes what this rank's roundings cut off, added at the place of each element: the
   *     sums, plus this of all ranks, are the sums of float32. See {@link ErrorFeedback}
   * @throws LostRoundException if the round is lost
   */
  void sumRounded(float[] data, int from, int to, float[] lost, long step)
      throws LostRoundException;

  /**
   * What of a range is this rank's. The shares of all ranks are the range, and differ by a few
   * elements at most where each process has as many ranks.
   */
  Share share(int from, int to);

  /**
   * Replaces the elements of this rank's {@link #share} of a range by their sums over all ranks;
   * what the others of the range hold then is undefined. The first half of {@link #sum}, at half
   * its bytes: {@code worldSize - 1} steps around the ring, however small the array.
   *
   * @throws LostRoundException if the round is lost
   */
  void reduceScatter(float[] data, int from, int to, long step) throws LostRoundException;

  /**
   * Replaces the elements of a range that are other ranks' shares by what those have there, bit by
   * bit. The second half of {@link #sum}, at half its bytes.
   *
   * @throws LostRoundException if the round is lost
   */
  void allGather(float[] data, int from, int to, long step) throws LostRoundException;

  /**
   * Returns the sums over all ranks, added in the order of ranks; the array given stays as it is.
   *
   * <p>Meant for a few numbers such as losses and row counts: each rank holds all ranks' arrays.
   *
   * @throws LostRoundException if the round is lost
   */
  double[] sum(double[] data, long step) throws LostRoundException;

  /**
   * Gives every rank all parts: part r of the array, {@code data[r × length]} and following, comes
   * from rank r. Not a bit of a number is changed. As many steps and parts on the wire per rank as
   * there are other ranks; where all parts together are small, their logarithm of steps.
   *
   * @param data this rank's part in its place; what it holds behind the last part stays
   * @param length of each part, the same on all ranks
   * @throws LostRoundException if the round is lost
   */
  void gather(float[] data, int length, long step) throws LostRoundException;

  /**
   * Gives every rank what one of them has. Not a bit of a number is changed. The array travels once
   * around the ring.
   *
   * @param length elements from the array's beginning, the same on all ranks
   * @param root the rank that has them
   * @throws LostRoundException if the round is lost
   */
  void broadcast(float[] data, int length, int root, long step) throws LostRoundException;

  /** What went over the links so far. */
  Traffic traffic();

  /** Ends the links; a round that is under way in another thread fails at once. */
  @Override
  void close();
}
