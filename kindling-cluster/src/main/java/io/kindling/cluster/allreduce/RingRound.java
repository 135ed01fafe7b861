package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Frame;

/**
 * One passage of an array around the ring, in segments.
 *
 * <p>What is received at one step of the schedule is what goes out at the next, so each segment is
 * handed to the sender as soon as it has been added: while a segment is summed here, the one before
 * it travels on and the one after it arrives. A segment is not overwritten before it has left,
 * because its final sums cannot arrive before the next rank has had our part of them.
 */
final class RingRound {

  private final RankLinks links;
  private final RingSchedule schedule;
  private final Round round;
  private final int segmentBytes;
  private final RingArray array;
  private final Chunks chunks;
  private int offered;
  private int received;

  RingRound(RankLinks links, Round round, int segmentBytes, Chunks chunks) {
    this.links = links;
    this.schedule = new RingSchedule(links.rank(), links.worldSize());
    this.round = round;
    this.segmentBytes = segmentBytes;
    this.array = round.array();
    this.chunks = chunks;
  }

  /** Leaves in every chunk the sum of that chunk over all ranks. */
  void reduce() throws LostRoundException {
    offerChunk(schedule.chunkToSend(0));
    for (int ringStep = 0; ringStep < schedule.steps(); ringStep++) {
      boolean passesOn = ringStep + 1 < schedule.steps();
      receiveChunk(schedule.chunkToReceive(ringStep), schedule.isReducing(ringStep), passesOn);
    }

    round.awaitSent();
  }

  /** Leaves in the chunk that is complete last its sum over all ranks. */
  void reduceScatter() throws LostRoundException {
    offerChunk(schedule.chunkToSend(0));
    int steps = schedule.worldSize() - 1;
    for (int ringStep = 0; ringStep < steps; ringStep++) {
      receiveChunk(schedule.chunkToReceive(ringStep), true, ringStep + 1 < steps);
    }

    round.awaitSent();
  }

  /** Leaves in every chunk what the rank had there that {@link #reduceScatter} completes it at. */
  void allGather() throws LostRoundException {
    int first = schedule.worldSize() - 1;
    offerChunk(schedule.chunkToSend(first));
    for (int ringStep = first; ringStep < schedule.steps(); ringStep++) {
      receiveChunk(schedule.chunkToReceive(ringStep), false, ringStep + 1 < schedule.steps());
    }

    round.awaitSent();
  }

  /** Leaves in every chunk what the rank of the same number had there. */
  void gather() throws LostRoundException {
    offerChunk(schedule.chunkToSend(0));
    int steps = schedule.worldSize() - 1;
    for (int ringStep = 0; ringStep < steps; ringStep++) {
      receiveChunk(schedule.chunkToReceive(ringStep), false, ringStep + 1 < steps);
    }

    round.awaitSent();
  }

  /** Leaves in the only chunk what the root had there. */
  void broadcast(int root) throws LostRoundException {
    if (links.rank() == root) {
      offerChunk(0);
    } else {
      receiveChunk(0, false, links.nextRank() != root);
    }

    round.awaitSent();
  }

  private void offerChunk(int chunk) {
    int end = chunks.end(chunk);
    for (int from = chunks.begin(chunk); from < end; from = segmentEnd(from, end)) {
      array.round(from, segmentEnd(from, end));
      offer(from, segmentEnd(from, end));
    }
  }

  private void receiveChunk(int chunk, boolean adds, boolean passesOn) throws LostRoundException {
    int end = chunks.end(chunk);
    for (int from = chunks.begin(chunk); from < end; from = segmentEnd(from, end)) {
      int to = segmentEnd(from, end);
      Frame frame = round.receive(links.previous(), received++, to - from);
      if (adds) {
        array.add(from, to, frame.payload());
        array.round(from, to);
      } else {
        array.replace(from, to, frame.payload());
      }

      if (passesOn) {
        offer(from, to);
      }
    }
  }

  private int segmentEnd(int from, int end) {
    return Math.min(end, from + segmentBytes / array.bytesPerElement());
  }

  private void offer(int from, int to) {
    round.offer(links.next(), offered++, from, to);
  }
}
