package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Deadline;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The ranks that are threads of one process: they add up their arrays in the memory they share, the
 * first of them speaks for all with those who speak for other processes, and the others copy what
 * it has. What travels between processes does not grow with the threads.
 *
 * <p>Of a large array each thread adds a slice of all threads' arrays, in the order of ranks, into
 * the speaker's. Of a small one each thread brings a copy, and so meets the others once: every
 * thread adds up all copies in the order of ranks; where there are other processes, the speaker
 * does so alone.
 */
final class HostGroup implements AutoCloseable {

  /** Up to so many elements meeting weighs more than adding. */
  private static final int SMALL = RingAllReduce.DOUBLING_BYTES / Float.BYTES;

  private static final double[] NO_DOUBLES = {};
  private static final float[] NO_FLOATS = {};

  private final Processes processes;
  private final AllReduce outer;
  private final Duration timeout;
  private final List<Integer> ranks; // of this process, by thread
  private final Traffic[] traffic; // of each thread; the speaker's is that of the links
  private final int[] rounds; // that each thread has begun
  private final Meeting meeting;
  private final AtomicBoolean closed = new AtomicBoolean();

  // Of this round and the one before: a thread that is in the next round may not disturb one that
  // has not left this one, and none is two rounds ahead.
  private final Contribution[][] contributions;
  private final Contribution[] spoken = new Contribution[2];

  private long waitedOutsideNanos; // of the speaker, in this round

  /**
   * What a thread brings to a round.
   *
   * @param at where in {@code floats} the elements stand that count as {@code from} and following
   */
  private record Contribution(
      float[] floats, double[] doubles, int from, int to, int at, long step) {

    static Contribution of(float[] data, int from, int to, long step) {
      return new Contribution(data, NO_DOUBLES, from, to, from, step);
    }

    static Contribution copyOf(float[] data, int from, int to, long step) {
      return new Contribution(Arrays.copyOfRange(data, from, to), NO_DOUBLES, from, to, 0, step);
    }

    static Contribution copyOf(double[] data, long step) {
      return new Contribution(NO_FLOATS, data.clone(), 0, 0, 0, step);
    }

    boolean isLike(Contribution other) {
      return step == other.step
          && from == other.from
          && to == other.to
          && doubles.length == other.doubles.length;
    }

    int length() {
      return to - from;
    }

    @Override
    public String toString() {
      return (to - from + doubles.length) + " numbers to step " + step;
    }
  }

  /** What the speaker does with the other processes. */
  @FunctionalInterface
  private interface Outside {
    void run() throws LostRoundException;
  }

  /**
   * @param outer whose ranks are the processes; owned
   * @param timeout how long a thread waits for the others of its process to come to a round
   */
  HostGroup(Processes processes, AllReduce outer, Duration timeout) {
    this.processes = processes;
    this.outer = outer;
    this.timeout = timeout;
    this.ranks = processes.own();
    this.traffic =
        Stream.concat(
                Stream.of(outer.traffic()), Stream.generate(Traffic::new).limit(ranks.size() - 1))
            .toArray(Traffic[]::new);
    this.rounds = new int[ranks.size()];
    this.contributions = new Contribution[2][ranks.size()];
    this.meeting = new Meeting(ranks.size());
  }

  int rank(int thread) {
    return ranks.get(thread);
  }

  int worldSize() {
    return processes.worldSize();
  }

  AllReduce outer() {
    return outer;
  }

  Traffic traffic(int thread) {
    return traffic[thread];
  }

  void sum(int thread, float[] data, int from, int to, long step) throws LostRoundException {
    sum(thread, data, from, to, step, () -> outer.sum(data, from, to, step));
  }

  /** The speaker alone rounds; what is lost is lost by it. */
  void sumRounded(int thread, float[] data, int from, int to, float[] lost, long step)
      throws LostRoundException {
    sum(thread, data, from, to, step, () -> outer.sumRounded(data, from, to, lost, step));
  }

  private void sum(int thread, float[] data, int from, int to, long step, Outside outside)
      throws LostRoundException {
    if (to - from <= SMALL) {
      sumSmall(thread, data, from, to, step, outside);
      return;
    }
    Contribution[] all = bring(thread, Contribution.of(data, from, to, step));
    addSlice(all, thread, from, to);
    meet(thread, step);
    speak(thread, outside);
    copySpeakers(thread, all, data, from, to, step);
  }

  /** Into the speaker's array, a slice of all arrays. */
  private static void addSlice(Contribution[] all, int thread, int from, int to) {
    Chunks slices = new Chunks(from, to, all.length);
    for (int other = 1; other < all.length; other++) {
      add(all[other], all[0].floats, slices.begin(thread), slices.end(thread));
    }
  }

  private void sumSmall(int thread, float[] data, int from, int to, long step, Outside outside)
      throws LostRoundException {
    Contribution[] all = bring(thread, Contribution.copyOf(data, from, to, step));
    if (isAlone()) {
      addUp(all, data);
      return;
    }
    int round = rounds[thread] & 1;
    speak(
        thread,
        () -> {
          addUp(all, data);
          outside.run();
          spoken[round] = Contribution.copyOf(data, from, to, step);
        });
    meetSpeaker(thread, step);
    System.arraycopy(spoken[round].floats, 0, data, from, to - from);
  }

  private static void addUp(Contribution[] all, float[] sums) {
    Contribution first = all[0];
    System.arraycopy(first.floats, 0, sums, first.from, first.length());
    for (int other = 1; other < all.length; other++) {
      add(all[other], sums, first.from, first.to);
    }
  }

  private static void add(Contribution terms, float[] sums, int from, int to) {
    float[] floats = terms.floats;
    int shift = terms.at - terms.from;
    if (shift == 0) { // a loop with one index is made of vector instructions
      for (int i = from; i < to; i++) {
        sums[i] += floats[i];
      }
    } else {
      for (int i = from; i < to; i++) {
        sums[i] += floats[i + shift];
      }
    }
  }

  /** A slice of what is the process's. */
  Share share(int thread, int from, int to) {
    Share all = outer.share(from, to);
    Chunks slices = new Chunks(all.from(), all.to(), ranks.size());
    return new Share(slices.begin(thread), slices.end(thread));
  }

  void reduceScatter(int thread, float[] data, int from, int to, long step)
      throws LostRoundException {
    Contribution[] all = bring(thread, Contribution.of(data, from, to, step));
    Share own = share(thread, from, to);
    if (isAlone()) {
      // Each reads its own share alone of the others' arrays, and writes it in its own array.
      addUpShare(all, thread, own);
      meet(thread, step);
      return;
    }
    addSlice(all, thread, from, to);
    meet(thread, step);
    speak(thread, () -> outer.reduceScatter(data, from, to, step));
    copySpeakers(thread, all, data, own.from(), own.to(), step);
  }

  private static void addUpShare(Contribution[] all, int thread, Share share) {
    float[] sums = Arrays.copyOfRange(all[0].floats, share.from(), share.to());
    for (int other = 1; other < all.length; other++) {
      float[] floats = all[other].floats;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += floats[share.from() + i];
      }
    }
    System.arraycopy(sums, 0, all[thread].floats, share.from(), sums.length);
  }

  void allGather(int thread, float[] data, int from, int to, long step) throws LostRoundException {
    Contribution[] all = bring(thread, Contribution.of(data, from, to, step));
    if (isAlone()) {
      for (int other = 0; other < all.length; other++) {
        if (other != thread) {
          copy(all[other].floats, data, share(other, from, to));
        }
      }
      meet(thread, step);
      return;
    }
    if (thread > 0) {
      copy(data, all[0].floats, share(thread, from, to));
    }
    meet(thread, step);
    speak(thread, () -> outer.allGather(data, from, to, step));
    copySpeakers(thread, all, data, from, to, step);
  }

  private static void copy(float[] source, float[] target, Share share) {
    System.arraycopy(source, share.from(), target, share.from(), share.to() - share.from());
  }

  /** Numbers of other ranks are 0 in each process's array, so that none is rounded on its way. */
  double[] sum(int thread, double[] data, long step) throws LostRoundException {
    int length = data.length;
    Contribution[] brought = bring(thread, Contribution.copyOf(data, step));
    if (isAlone()) {
      return sumParts(byRank(brought, length), length);
    }
    int round = rounds[thread] & 1;
    speak(
        thread,
        () -> {
          double[] all = outer.sum(byRank(brought, length), step);
          spoken[round] = Contribution.copyOf(sumParts(all, length), step);
        });
    meetSpeaker(thread, step);
    return spoken[round].doubles.clone();
  }

  private double[] byRank(Contribution[] brought, int length) {
    double[] all = new double[Math.multiplyExact(length, worldSize())];
    for (int thread = 0; thread < brought.length; thread++) {
      System.arraycopy(brought[thread].doubles, 0, all, rank(thread) * length, length);
    }
    return all;
  }

  private static double[] sumParts(double[] all, int length) {
    double[] total = new double[length];
    System.arraycopy(all, 0, total, 0, length);
    for (int i = length; i < all.length; i++) {
      total[i % length] += all[i];
    }
    return total;
  }

  void gather(int thread, float[] data, int length, long step) throws LostRoundException {
    Contribution[] all = bring(thread, Contribution.of(data, 0, length, step));
    if (isAlone()) {
      for (int other = 0; other < all.length; other++) {
        int from = rank(other) * length;
        if (other != thread) {
          System.arraycopy(all[other].floats, from, data, from, length);
        }
      }
      meet(thread, step);
      return;
    }
    speak(thread, () -> gatherOutside(all, data, length, step));
    copySpeakers(thread, all, data, 0, Math.multiplyExact(length, worldSize()), step);
  }

  /** Parts of processes are as long as the one with the most threads needs. */
  private void gatherOutside(Contribution[] all, float[] data, int length, long step)
      throws LostRoundException {
    int part = Math.multiplyExact(processes.most(), length);
    float[] parts = new float[Math.multiplyExact(part, outer.worldSize())];
    for (int thread = 0; thread < all.length; thread++) {
      int to = outer.rank() * part + thread * length;
      System.arraycopy(all[thread].floats, rank(thread) * length, parts, to, length);
    }
    outer.gather(parts, part, step);
    for (int process = 0; process < outer.worldSize(); process++) {
      int from = process * part;
      for (int rank : processes.ranks().get(process)) {
        System.arraycopy(parts, from, data, rank * length, length);
        from += length;
      }
    }
  }

  void broadcast(int thread, float[] data, int length, int root, long step)
      throws LostRoundException {
    Contribution[] all = bring(thread, Contribution.of(data, 0, length, step));
    speak(
        thread,
        () -> {
          int process = processes.processOf(root);
          if (process == outer.rank()) {
            System.arraycopy(all[ranks.indexOf(root)].floats, 0, data, 0, length);
          }
          outer.broadcast(data, length, process, step);
        });
    copySpeakers(thread, all, data, 0, length, step);
  }

  /** Ends the round of all threads for a rank that leaves. */
  void close(int thread) {
    end("Rank " + rank(thread) + " closed the exchange of its process.");
  }

  @Override
  public void close() {
    end("The exchange of the process is closed.");
  }

  private void end(String why) {
    if (closed.compareAndSet(false, true)) {
      meeting.callOff(why);
      outer.close();
    }
  }

  private boolean isAlone() {
    return processes.count() == 1;
  }

  private Contribution[] bring(int thread, Contribution mine) throws LostRoundException {
    Contribution[] all = contributions[++rounds[thread] & 1];
    all[thread] = mine;
    long began = System.nanoTime();
    meet(thread, mine.step);
    traffic[thread].waited(System.nanoTime() - began);
    // Each looks at all, so that none adds up arrays of different lengths.
    for (int other = 1; other < all.length; other++) {
      if (!all[other].isLike(all[0])) {
        throw lost(
            thread,
            mine.step,
            "Rank "
                + rank(other)
                + " brings "
                + all[other]
                + ", but rank "
                + rank(0)
                + " of its process "
                + all[0]
                + ". All ranks must bring arrays of the same type and length in the same step.");
      }
    }
    return all;
  }

  private void speak(int thread, Outside outside) throws LostRoundException {
    if (thread > 0) {
      return;
    }
    long waited = traffic[0].waitedNanos();
    try {
      outside.run();
    } catch (LostRoundException e) {
      meeting.callOff(e.firstFailure());
      throw e;
    } catch (RuntimeException | Error e) {
      meeting.callOff(e.toString());
      outer.close(); // those who wait in other processes learn it from the links
      throw e;
    }
    waitedOutsideNanos = traffic[0].waitedNanos() - waited;
  }

  /** Leaves the speaker's elements to this thread; the speaker must not change them before. */
  private void copySpeakers(
      int thread, Contribution[] all, float[] data, int from, int to, long step)
      throws LostRoundException {
    meetSpeaker(thread, step);
    if (thread > 0) {
      System.arraycopy(all[0].floats, from, data, from, to - from);
    }
    meet(thread, step);
  }

  /** Its waits for other processes are bounded; then it comes, or calls off. */
  private void meetSpeaker(int thread, long step) throws LostRoundException {
    meet(thread, step, Deadline.after(ChronoUnit.FOREVER.getDuration()));
    if (thread > 0) {
      traffic[thread].waited(waitedOutsideNanos);
    }
  }

  private void meet(int thread, long step) throws LostRoundException {
    meet(thread, step, Deadline.after(timeout));
  }

  private void meet(int thread, long step, Deadline deadline) throws LostRoundException {
    String self = "Rank " + rank(thread);
    switch (meeting.await(deadline)) {
      case ALL_CAME -> {}
      case TIMEOUT ->
          throw lost(
              thread,
              step,
              self
                  + " waited "
                  + deadline.waited()
                  + " for the other ranks of its process in step "
                  + step
                  + ".");
      case INTERRUPTED -> throw lost(thread, step, self + " was interrupted in step " + step + ".");
      case CALLED_OFF -> {
        String first = meeting.reason().orElseThrow();
        throw LostRoundException.secondary(
            rank(thread),
            step,
            self
                + " lost the round of step "
                + step
                + " with the other ranks of its process. The first failure was: "
                + first,
            first,
            null);
      }
    }
  }

  private LostRoundException lost(int thread, long step, String message) {
    meeting.callOff(message);
    // Those who wait in other processes learn it from the links.
    outer.close();
    return LostRoundException.first(rank(thread), step, message, null);
  }
}
