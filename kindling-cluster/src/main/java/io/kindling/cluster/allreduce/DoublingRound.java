package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Frame;
import java.nio.ByteBuffer;

/**
 * Recursive doubling of an array so small that only latency counts: a frame is all that partners
 * have for each other. Its number is that of the exchange, or 0 where one speaks for the other.
 */
final class DoublingRound {

  /**
   * Up to so many bytes a frame leaves from the calling thread, which saves waking another.
   * Partners both send before they receive, and may be one round apart: two such frames fit into
   * the buffers of a socket, of which Linux gives 16 KiB to the end that sends and more to the one
   * that receives, unless told to give less.
   */
  private static final int AT_ONCE_BYTES = 8 << 10;

  private final RankLinks links;
  private final DoublingSchedule schedule;
  private final Round round;
  private final RingArray array;

  DoublingRound(RankLinks links, Round round) {
    this.links = links;
    this.schedule = links.schedule();
    this.round = round;
    this.array = round.array();
  }

  /**
   * Leaves in the elements their sums over all ranks. Partners add the same two numbers, in either
   * order, so that all ranks come to the same bits.
   */
  void sum(int from, int to) throws LostRoundException {
    int rank = schedule.rank();
    if (schedule.isSpokenFor()) {
      send(rank - 1, 0, from, to);
      array.replace(from, to, receive(rank - 1, 0, to - from));
    } else {
      if (schedule.speaksForNext()) {
        array.add(from, to, receive(rank + 1, 0, to - from));
      }
      for (int exchange = 0; exchange < schedule.exchanges(); exchange++) {
        int partner = schedule.partner(exchange);
        send(partner, exchange, from, to);
        ByteBuffer theirs = receive(partner, exchange, to - from);
        // What the partner is to have must have left before it is changed.
        round.awaitSent();
        array.add(from, to, theirs);
      }
      if (schedule.speaksForNext()) {
        send(rank + 1, 0, from, to);
      }
    }
    round.awaitSent();
  }

  /** Leaves in every chunk what the rank of the same number had there. */
  void gather(Chunks chunks) throws LostRoundException {
    int rank = schedule.rank();
    int all = schedule.worldSize();
    if (schedule.isSpokenFor()) {
      sendChunks(chunks, rank - 1, 0, rank, rank + 1);
      receiveChunks(chunks, rank - 1, 0, 0, all);
    } else {
      if (schedule.speaksForNext()) {
        receiveChunks(chunks, rank + 1, 0, rank + 1, rank + 2);
      }
      for (int exchange = 0; exchange < schedule.exchanges(); exchange++) {
        int partner = schedule.partner(exchange);
        DoublingSchedule theirs = new DoublingSchedule(partner, all);
        sendChunks(chunks, partner, exchange, schedule.begin(exchange), schedule.end(exchange));
        receiveChunks(chunks, partner, exchange, theirs.begin(exchange), theirs.end(exchange));
      }
      if (schedule.speaksForNext()) {
        sendChunks(chunks, rank + 1, 0, 0, all);
      }
    }
    round.awaitSent();
  }

  private void sendChunks(Chunks chunks, int partner, int part, int first, int end)
      throws LostRoundException {
    send(partner, part, chunks.begin(first), chunks.begin(end));
  }

  private void receiveChunks(Chunks chunks, int partner, int part, int first, int end)
      throws LostRoundException {
    int from = chunks.begin(first);
    int to = chunks.begin(end);
    array.replace(from, to, receive(partner, part, to - from));
  }

  private void send(int partner, int part, int from, int to) throws LostRoundException {
    if ((to - from) * array.bytesPerElement() <= AT_ONCE_BYTES) {
      round.send(links.to(partner), part, from, to);
    } else {
      round.offer(links.to(partner), part, from, to);
    }
  }

  private ByteBuffer receive(int partner, int part, int elements) throws LostRoundException {
    Frame frame = round.receive(links.from(partner), part, elements);
    return frame.payload();
  }
}
