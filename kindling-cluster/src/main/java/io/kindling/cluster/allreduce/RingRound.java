package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Frame;
import java.util.function.IntPredicate;

/**
 * One passage of an array around the ring, in segments.
 *
 * <p>Each chunk is cut into equally many segments, and segments of one number take all their steps
 * around the ring shortly after one another: what is received at one step of the schedule goes out
 * at the next a few slots later, while it is still in the processor's cache, and memory sees each
 * element once where it would see it in every step if whole chunks took turns. In a slot, the
 * segment that is furthest on goes first. All ranks count slots alike, so the order of the segments
 * on each link is known to both its ends.
 *
 * <p>A segment is not overwritten before it has left, because its final sums cannot arrive before
 * the next rank has had our part of them.
 */
final class RingRound {

  /**
   * Segments on their way through a rank, but at least two to a step, and so twice as many as there
   * are steps from 4 ranks on. More forgive a neighbour that is late, fewer stay in the cache: 8
   * are a mebibyte. With 16 between two ranks, what the system copies to send was no longer in the
   * cache, and sums of 25 M floats fell from 680 to between 300 and 650 M floats/s.
   */
  private static final int UNDER_WAY = 8;

  private final RankLinks links;
  private final RingSchedule schedule;
  private final Round round;
  private final RingArray array;
  private final Chunks chunks;
  private final int segments; // of each chunk
  private int offered;
  private int received;

  RingRound(RankLinks links, Round round, int segmentBytes, Chunks chunks) {
    this.links = links;
    this.schedule = new RingSchedule(links.rank(), links.worldSize());
    this.round = round;
    this.array = round.array();
    this.chunks = chunks;
    int longest = ceilDiv(chunks.to() - chunks.from(), chunks.count());
    this.segments = ceilDiv(longest, segmentBytes / array.bytesPerElement());
  }

  /** Leaves in every chunk the sum of that chunk over all ranks. */
  void reduce() throws LostRoundException {
    pass(0, schedule.steps(), schedule::isReducing);
  }

  /** Leaves in the chunk that is complete last its sum over all ranks. */
  void reduceScatter() throws LostRoundException {
    pass(0, schedule.worldSize() - 1, step -> true);
  }

  /** Leaves in every chunk what the rank had there that {@link #reduceScatter} completes it at. */
  void allGather() throws LostRoundException {
    pass(schedule.worldSize() - 1, schedule.steps(), step -> false);
  }

  /** Leaves in every chunk what the rank of the same number had there. */
  void gather() throws LostRoundException {
    pass(0, schedule.worldSize() - 1, step -> false);
  }

  /** Leaves in the only chunk what the root had there. */
  void broadcast(int root) throws LostRoundException {
    for (int segment = 0; segment < segments; segment++) {
      if (links.rank() != root) {
        receive(0, segment, false);
      }
      if (links.rank() == root || links.nextRank() != root) {
        offer(0, segment, links.rank() == root);
      }
    }

    round.awaitSent();
  }

  /**
   * Takes each segment through the steps of the schedule from one to another, a few slots later
   * through a step than through the one before.
   */
  private void pass(int first, int end, IntPredicate adds) throws LostRoundException {
    int steps = end - first;
    int lag = Math.max(2, UNDER_WAY / steps);
    int slots = segments + (steps - 1) * lag;
    for (int slot = 0; slot < slots + lag - 1; slot++) {
      for (int step = steps - 1; step >= 0; step--) {
        int segment = slot - step * lag;
        if (segment >= 0 && segment < segments) {
          offer(schedule.chunkToSend(first + step), segment, step == 0);
        }
      }
      for (int step = steps - 1; step >= 0; step--) {
        int segment = slot - (lag - 1) - step * lag;
        if (segment >= 0 && segment < segments) {
          receive(schedule.chunkToReceive(first + step), segment, adds.test(first + step));
        }
      }
    }

    round.awaitSent();
  }

  private void receive(int chunk, int segment, boolean adds) throws LostRoundException {
    Chunks cut = cut(chunk);
    int from = cut.begin(segment);
    int to = cut.end(segment);
    Frame frame = round.receive(links.previous(), received++, to - from);
    if (adds) {
      array.add(from, to, frame.payload());
      array.round(from, to);
    } else {
      array.replace(from, to, frame.payload());
    }
  }

  private void offer(int chunk, int segment, boolean isOwn) throws LostRoundException {
    Chunks cut = cut(chunk);
    int from = cut.begin(segment);
    int to = cut.end(segment);
    if (isOwn) {
      array.round(from, to);
    }
    round.offer(links.next(), offered++, from, to);
  }

  private Chunks cut(int chunk) {
    return new Chunks(chunks.begin(chunk), chunks.end(chunk), segments);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend - 1) / divisor + 1;
  }
}
