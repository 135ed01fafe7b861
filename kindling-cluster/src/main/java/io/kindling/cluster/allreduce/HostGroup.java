package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Deadline;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The ranks that are threads of one process: they add up their arrays in the memory they share, the
 * first of them speaks for all with those who speak for other processes, and the others copy what
 * it has. What travels between processes does not grow with the threads.
 *
 * <p>Each thread adds a slice of all arrays, in the order of ranks, into the speaker's array.
 *
 * <p>Ranks of a process are neighbours: they come behind those of the processes before it.
 */
final class HostGroup {

  private static final double[] NO_DOUBLES = {};
  private static final float[] NO_FLOATS = {};

  private final AllReduce outer;
  private final Duration timeout;
  private final int[] firstRanks; // [processes + 1]; the last one is the world size
  private final Contribution[] contributions;
  private final Meeting meeting;
  private final AtomicBoolean closed = new AtomicBoolean();
  private double[] sums = NO_DOUBLES;

  /** What a thread brings to a round. */
  private record Contribution(float[] floats, double[] doubles, int from, int to, long step) {

    boolean isLike(Contribution other) {
      return step == other.step
          && from == other.from
          && to == other.to
          && doubles.length == other.doubles.length;
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

  private HostGroup(AllReduce outer, Duration timeout, int threads, int[] firstRanks) {
    this.outer = outer;
    this.timeout = timeout;
    this.firstRanks = firstRanks;
    this.contributions = new Contribution[threads];
    this.meeting = new Meeting(threads);
  }

  /** The all-reduce of each thread; see {@link AllReduce#sharing}. */
  static List<AllReduce> members(AllReduce outer, int threads, Duration timeout)
      throws LostRoundException {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "Invalid number of threads " + threads + ". Use at least 1.");
    }
    double[] counts = new double[outer.worldSize()];
    counts[outer.rank()] = threads;
    counts = outer.sum(counts, 0);
    int[] firstRanks = new int[counts.length + 1];
    for (int process = 0; process < counts.length; process++) {
      firstRanks[process + 1] = firstRanks[process] + (int) counts[process];
    }
    HostGroup group = new HostGroup(outer, timeout, threads, firstRanks);
    List<AllReduce> members = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      members.add(new HostAllReduce(group, thread));
    }
    return members;
  }

  int rank(int thread) {
    return firstRanks[outer.rank()] + thread;
  }

  int worldSize() {
    return firstRanks[firstRanks.length - 1];
  }

  AllReduce outer() {
    return outer;
  }

  void sum(int thread, float[] data, int from, int to, long step) throws LostRoundException {
    sum(thread, data, from, to, step, () -> outer.sum(data, from, to, step));
  }

  /** The speaker alone rounds; what is lost is lost by it. */
  void sumRounded(int thread, float[] data, int from, int to, float[] lost, long step)
      throws LostRoundException {
    sum(thread, data, from, to, step, () -> outer.sumRounded(data, from, to, lost, step));
  }

  /** Numbers of other ranks are 0 in each process's array, so that none is rounded on its way. */
  double[] sum(int thread, double[] data, long step) throws LostRoundException {
    int length = data.length;
    bring(thread, new Contribution(NO_FLOATS, data, 0, 0, step));
    speak(
        thread,
        () -> {
          double[] all = new double[Math.multiplyExact(length, worldSize())];
          for (int other = 0; other < contributions.length; other++) {
            System.arraycopy(contributions[other].doubles, 0, all, rank(other) * length, length);
          }
          sums = sumParts(outer.sum(all, step), length);
        });
    meetSpeaker(thread, step);
    return sums.clone();
  }

  void gather(int thread, float[] data, int length, long step) throws LostRoundException {
    bring(thread, new Contribution(data, NO_DOUBLES, 0, length, step));
    speak(thread, () -> gatherOutside(data, length, step));
    copySpeakers(thread, data, 0, Math.multiplyExact(length, worldSize()), step);
  }

  void broadcast(int thread, float[] data, int length, int root, long step)
      throws LostRoundException {
    bring(thread, new Contribution(data, NO_DOUBLES, 0, length, step));
    speak(
        thread,
        () -> {
          int process = processOf(root);
          if (process == outer.rank()) {
            float[] given = contributions[root - rank(0)].floats;
            System.arraycopy(given, 0, data, 0, length);
          }
          outer.broadcast(data, length, process, step);
        });
    copySpeakers(thread, data, 0, length, step);
  }

  void close(int thread) {
    if (closed.compareAndSet(false, true)) {
      meeting.callOff("Rank " + rank(thread) + " closed the exchange of its process.");
      outer.close();
    }
  }

  private void sum(int thread, float[] data, int from, int to, long step, Outside outside)
      throws LostRoundException {
    bring(thread, new Contribution(data, NO_DOUBLES, from, to, step));
    Chunks slices = new Chunks(from, to, contributions.length);
    for (int other = 1; other < contributions.length; other++) {
      add(
          contributions[other].floats,
          contributions[0].floats,
          slices.begin(thread),
          slices.end(thread));
    }
    meet(thread, step);
    speak(thread, outside);
    copySpeakers(thread, data, from, to, step);
  }

  private static void add(float[] terms, float[] sums, int from, int to) {
    for (int i = from; i < to; i++) {
      sums[i] += terms[i];
    }
  }

  private static double[] sumParts(double[] all, int length) {
    double[] total = new double[length];
    System.arraycopy(all, 0, total, 0, length);
    for (int i = length; i < all.length; i++) {
      total[i % length] += all[i];
    }
    return total;
  }

  /** Parts of processes are as long as the one with the most threads needs. */
  private void gatherOutside(float[] data, int length, long step) throws LostRoundException {
    int most = 0;
    for (int process = 0; process < outer.worldSize(); process++) {
      most = Math.max(most, firstRanks[process + 1] - firstRanks[process]);
    }
    int part = Math.multiplyExact(most, length);
    float[] parts = new float[Math.multiplyExact(part, outer.worldSize())];
    for (int other = 0; other < contributions.length; other++) {
      System.arraycopy(
          contributions[other].floats,
          rank(other) * length,
          parts,
          outer.rank() * part + other * length,
          length);
    }
    outer.gather(parts, part, step);
    for (int process = 0; process < outer.worldSize(); process++) {
      int ranks = firstRanks[process + 1] - firstRanks[process];
      System.arraycopy(parts, process * part, data, firstRanks[process] * length, ranks * length);
    }
  }

  private int processOf(int rank) {
    int process = 0;
    while (firstRanks[process + 1] <= rank) {
      process++;
    }
    return process;
  }

  private void bring(int thread, Contribution mine) throws LostRoundException {
    contributions[thread] = mine;
    meet(thread, mine.step);
    // Each looks at all, so that none adds up arrays of different lengths.
    for (int other = 1; other < contributions.length; other++) {
      if (!contributions[other].isLike(contributions[0])) {
        throw lost(
            thread,
            mine.step,
            "Rank "
                + rank(other)
                + " brings "
                + contributions[other]
                + ", but rank "
                + rank(0)
                + " of its process "
                + contributions[0]
                + ". All ranks must bring arrays of the same type and length in the same step.");
      }
    }
  }

  private void speak(int thread, Outside outside) throws LostRoundException {
    if (thread > 0) {
      return;
    }
    try {
      outside.run();
    } catch (LostRoundException e) {
      meeting.callOff(e.firstFailure());
      throw e;
    } catch (RuntimeException e) {
      meeting.callOff(e.toString());
      throw e;
    }
  }

  /** Leaves the speaker's elements to this thread; the speaker must not change them before. */
  private void copySpeakers(int thread, float[] data, int from, int to, long step)
      throws LostRoundException {
    meetSpeaker(thread, step);
    if (thread > 0) {
      System.arraycopy(contributions[0].floats, from, data, from, to - from);
    }
    meet(thread, step);
  }

  /** Its waits for other processes are bounded; then it comes, or calls off. */
  private void meetSpeaker(int thread, long step) throws LostRoundException {
    meet(thread, step, Deadline.after(ChronoUnit.FOREVER.getDuration()));
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
