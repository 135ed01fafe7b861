package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Payload;
import io.kindling.training.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sums arrays over links: large ones around a ring, small ones by recursive doubling.
 *
 * <p>Large arrays are reduced in chunks, one per rank: {@code 2 (worldSize - 1)} steps and {@code 2
 * (worldSize - 1) / worldSize} of the array on the wire per rank, which no algorithm beats. The
 * time is the bytes over the bandwidth plus the steps times the latency, as chunks travel in
 * segments and each rank receives, adds and sends at the same time.
 *
 * <p>Small arrays would only wait for latency, so ranks exchange their whole arrays in pairs:
 * {@code log₂ worldSize} steps and as many arrays on the wire per rank.
 *
 * <p>One thread of its own sends. A rank that loses a round tells those it sends to why, as far as
 * it can, and closes its links, so that all ranks fail within moments and not one timeout after
 * another.
 */
final class RingAllReduce implements AllReduce {

  /**
   * Bytes of a chunk that travel as one frame. Smaller segments overlap better and stay in the
   * cache, larger ones cost fewer system calls and wake-ups. Measured on two cores over loopback
   * with 1 MiB under way between two ranks, at 25 M floats: 64 KiB 520 M floats/s between two
   * ranks, or 300 in every fifth run, and 200 or 125 between four; 128 KiB 690 and 190; 256 KiB 690
   * and 170.
   */
  static final int SEGMENT_BYTES = 128 << 10;

  /**
   * Arrays of up to so many bytes are doubled: latency weighs more than volume. So are those that
   * are gathered, counted with the parts of all ranks. Each is a single frame.
   */
  static final int DOUBLING_BYTES = 64 << 10;

  /** How long a dying rank tries to say why. */
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private static final int LAST_WORDS_CHARACTERS = 4_000;

  private final RankLinks links;
  private final Duration timeout;
  private final SegmentSender sender;
  private final Traffic traffic = new Traffic();
  private final WireFormat format;
  private final Optional<HalfWire> halves;
  private final SumBlock block = new SumBlock();
  private final AtomicBoolean closed = new AtomicBoolean();
  private Optional<LostRoundException> failure = Optional.empty();

  /** How a round is done once its preparations are. */
  @FunctionalInterface
  private interface Passage {
    void run(Round round) throws LostRoundException;
  }

  /** A passage once or half around the ring. */
  @FunctionalInterface
  private interface Half {
    void of(RingRound round) throws LostRoundException;
  }

  /** Takes ownership of the links. */
  RingAllReduce(RankLinks links, Duration timeout, WireFormat format) {
    this.format = format;
    this.halves =
        format == WireFormat.FLOAT32 ? Optional.empty() : Optional.of(new HalfWire(format));
    this.links = links;
    this.timeout = timeout;
    this.sender = new SegmentSender(links, timeout, traffic);
  }

  @Override
  public int rank() {
    return links.rank();
  }

  @Override
  public int worldSize() {
    return links.worldSize();
  }

  @Override
  public WireFormat wireFormat() {
    return format;
  }

  @Override
  public void sum(float[] data, int from, int to, long step) throws LostRoundException {
    sum(new FloatRingArray(data, block), data, from, to, step);
  }

  @Override
  public void sumRounded(float[] data, int from, int to, float[] lost, long step)
      throws LostRoundException {
    Objects.checkFromToIndex(from, to, lost.length);
    RingArray array =
        halves.isPresent()
            ? new HalfRingArray(data, lost, halves.get())
            : new FloatRingArray(data, block);
    sum(array, data, from, to, step);
  }

  /** The chunk that the ring's schedule leaves complete here. */
  @Override
  public Share share(int from, int to) {
    Chunks chunks = new Chunks(from, to, worldSize());
    int own = links.nextRank();
    return new Share(chunks.begin(own), chunks.end(own));
  }

  @Override
  public void reduceScatter(float[] data, int from, int to, long step) throws LostRoundException {
    half(data, from, to, step, RingRound::reduceScatter);
  }

  @Override
  public void allGather(float[] data, int from, int to, long step) throws LostRoundException {
    half(data, from, to, step, RingRound::allGather);
  }

  private void half(float[] data, int from, int to, long step, Half half)
      throws LostRoundException {
    Objects.checkFromToIndex(from, to, data.length);
    if (from < to) {
      Chunks chunks = new Chunks(from, to, worldSize());
      run(
          new FloatRingArray(data, block),
          step,
          round -> half.of(new RingRound(links, round, SEGMENT_BYTES, chunks)));
    }
  }

  @Override
  public double[] sum(double[] data, long step) throws LostRoundException {
    int length = data.length;
    double[] sums = new double[length];
    if (length == 0) {
      return sums;
    }

    double[] gathered = new double[Math.multiplyExact(length, worldSize())];
    System.arraycopy(data, 0, gathered, rank() * length, length);
    gather(new DoubleRingArray(gathered), gathered.length, step);
    System.arraycopy(gathered, 0, sums, 0, length);
    for (int i = length; i < gathered.length; i++) {
      sums[i % length] += gathered[i];
    }

    return sums;
  }

  @Override
  public void gather(float[] data, int length, long step) throws LostRoundException {
    int all = Math.multiplyExact(length, worldSize());
    Objects.checkFromIndexSize(0, all, data.length);
    if (all > 0) {
      gather(new FloatRingArray(data, block), all, step);
    }
  }

  @Override
  public void broadcast(float[] data, int length, int root, long step) throws LostRoundException {
    Objects.checkFromIndexSize(0, length, data.length);
    Objects.checkIndex(root, worldSize());
    if (length > 0) {
      Chunks whole = new Chunks(0, length, 1);
      run(
          new FloatRingArray(data, block),
          step,
          round -> new RingRound(links, round, SEGMENT_BYTES, whole).broadcast(root));
    }
  }

  @Override
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      links.close();
      sender.close();
    }
  }

  @Override
  public String toString() {
    return "RingAllReduce[place "
        + rank()
        + " of "
        + worldSize()
        + " for rank "
        + links.self()
        + "]";
  }

  private void sum(RingArray large, float[] data, int from, int to, long step)
      throws LostRoundException {
    Objects.checkFromToIndex(from, to, data.length);
    if (from == to) {
      return;
    }

    if ((long) (to - from) * Float.BYTES <= DOUBLING_BYTES) {
      run(
          new FloatRingArray(data, block),
          step,
          round -> new DoublingRound(links, round).sum(from, to));
    } else {
      Chunks chunks = new Chunks(from, to, worldSize());
      run(large, step, round -> new RingRound(links, round, SEGMENT_BYTES, chunks).reduce());
    }
  }

  private void gather(RingArray array, int length, long step) throws LostRoundException {
    Chunks chunks = new Chunks(0, length, worldSize());
    if ((long) length * array.bytesPerElement() <= DOUBLING_BYTES) {
      run(array, step, round -> new DoublingRound(links, round).gather(chunks));
    } else {
      run(array, step, round -> new RingRound(links, round, SEGMENT_BYTES, chunks).gather());
    }
  }

  private void run(RingArray array, long step, Passage passage) throws LostRoundException {
    checkUsable(step);
    try {
      passage.run(new Round(links.self(), sender, timeout, array, step, traffic));
    } catch (LostRoundException e) {
      failure = Optional.of(e);
      abort(e);
      throw e;
    } catch (RuntimeException | Error e) {
      LostRoundException lost = LostRoundException.first(links.self(), step, e.toString(), e);
      failure = Optional.of(lost);
      abort(lost);
      throw e;
    }
  }

  private void checkUsable(long step) throws LostRoundException {
    if (failure.isPresent()) {
      throw LostRoundException.secondary(
          links.self(),
          step,
          "Rank "
              + links.self()
              + " cannot sum in step "
              + step
              + ": its ring was lost in step "
              + failure.get().step()
              + ". Build a new ring. The first failure was: "
              + failure.get().firstFailure(),
          failure.get().firstFailure(),
          failure.get());
    }

    if (closed.get()) {
      // Whoever was told to stop closes it while training goes on, so this is no fault of the
      // caller.
      throw LostRoundException.first(
          links.self(),
          step,
          "Rank " + links.self() + " cannot sum in step " + step + ": its ring is closed.",
          null);
    }
  }

  /** Tells the ranks it sends to why, where a link still takes it, and ends the round for all. */
  private void abort(LostRoundException e) {
    String words = e.firstFailure();
    byte[] text =
        words
            .substring(0, Math.min(words.length(), LAST_WORDS_CHARACTERS))
            .getBytes(StandardCharsets.UTF_8);
    Deadline deadline = Deadline.after(LAST_WORDS);
    FrameHeader header = new FrameHeader(Round.ABORT, e.step(), 0, text.length);
    try {
      for (Link link : links.outgoing()) {
        sayLast(link, header, text, deadline, e);
      }
    } finally {
      links.close();
    }
  }

  private static void sayLast(
      Link link, FrameHeader header, byte[] text, Deadline deadline, LostRoundException e) {
    try {
      link.send(header, Payload.of(text), deadline);
    } catch (LinkException lost) {
      e.addSuppressed(lost);
    }
  }
}
