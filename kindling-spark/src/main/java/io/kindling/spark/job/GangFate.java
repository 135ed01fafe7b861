package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.Failure;
import io.kindling.cluster.transport.LinkException;
import io.kindling.training.TrainingFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How a gang ends: with a result from every rank, or with the failure that came first. Failures
 * arrive from several sides at once and in any order; a short while after the first, the one that
 * explains the others is chosen.
 */
final class GangFate {

  /** For the other sides of a failure to be heard, and for Spark to say why an executor went. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /**
   * How Spark says that a job was cancelled, alone, in a group, or because its application ends;
   * the error's class is told for some of these only.
   */
  private static final Pattern CANCELLED_JOB =
      Pattern.compile("(\\[\\w+] )?Job \\d+ (was )?cancelled");

  /** What kinds of failures explain others: the first explains all below. */
  private enum Kind {
    /** Spark or the user cancelled the worker's job. */
    CANCELLED,
    /** A worker vanished. */
    LOST,
    /** A worker failed for a reason of its own. */
    FAILED,
    /** A job ended and its worker said nothing. */
    JOB,
    /** Not all workers came in time. */
    ASSEMBLY,
    /** A worker failed because another one did. */
    SECONDARY
  }

  private record Ending(Kind kind, String message, Throwable cause) {}

  /** Waits for the gang to assemble, until a deadline of its own. */
  @FunctionalInterface
  interface Assembly {
    void await() throws LinkException;
  }

  private final int workers;
  private final TreeMap<Integer, WorkerResult> results = new TreeMap<>();
  private final List<Ending> endings = new ArrayList<>();
  private volatile long reached;
  private boolean over;

  GangFate(int workers) {
    this.workers = workers;
  }

  synchronized void finished(WorkerResult result) {
    results.put(result.rank(), result);
    notifyAll();
  }

  /** A rank has done a step, so that every other has done its part in it. */
  void reached(long step) {
    reached = Math.max(reached, step);
  }

  void failed(Failure failure) {
    end(
        failure.origin() == Failure.Origin.OWN ? Kind.FAILED : Kind.SECONDARY,
        "Rank "
            + failure.rank()
            + " on "
            + failure.host()
            + " failed in step "
            + failure.step()
            + " while "
            + failure.phase()
            + ": "
            + failure.text(),
        null);
  }

  void lost(int rank, String host, long lastStep, LinkException cause) {
    end(
        Kind.LOST,
        "Rank "
            + rank
            + " on "
            + host
            + " is lost; the last step it is known to have done is "
            + Math.max(lastStep, reached)
            + ". "
            + cause.getMessage(),
        cause);
  }

  void jobFailed(int rank, String host, Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    boolean cancelled =
        cause instanceof CancellationException || CANCELLED_JOB.matcher(text).lookingAt();
    end(
        cancelled ? Kind.CANCELLED : Kind.JOB,
        (cancelled ? "The Spark job of rank " : "The task of rank ")
            + rank
            + " on "
            + host
            + (cancelled ? " was cancelled: " + text : " failed: " + rootMessage(cause)),
        cause);
  }

  /**
   * What went wrong in the task, in Kindling's words where it has some, without what Spark says
   * around it.
   */
  private static String rootMessage(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null && !root.getClass().getName().startsWith("io.kindling.")) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }

  private synchronized void end(Kind kind, String message, Throwable cause) {
    endings.add(new Ending(kind, message, cause));
    notifyAll();
  }

  /**
   * The results, by rank.
   *
   * @param losses why executors went, as far as is known when it is asked
   * @throws TrainingFailedException if the gang failed
   */
  List<WorkerResult> await(Supplier<Optional<String>> losses, Assembly assembly)
      throws InterruptedException {
    Thread assembling =
        new Thread(
            () -> {
              try {
                assembly.await(); // which gives up after the workers' start timeout
              } catch (LinkException e) {
                endUnlessOver("The workers did not all start. " + e.getMessage(), e);
              }
            },
            "kindling-assembly-driver");
    assembling.setDaemon(true);
    assembling.start();
    try {
      if (awaitResults()) {
        return resultsByRank();
      }
    } finally {
      stopWaitingForAssembly();
      assembling.interrupt();
    }
    awaitGrace(losses);
    throw failure(losses);
  }

  private synchronized void stopWaitingForAssembly() {
    over = true;
  }

  /** An assembly that was given up because of a failure is no failure of its own. */
  private synchronized void endUnlessOver(String message, Throwable cause) {
    if (!over) {
      end(Kind.ASSEMBLY, message, cause);
    }
  }

  private synchronized boolean awaitResults() throws InterruptedException {
    while (results.size() < workers && endings.isEmpty()) {
      wait();
    }
    return endings.isEmpty();
  }

  private synchronized List<WorkerResult> resultsByRank() {
    return new ArrayList<>(results.values());
  }

  private synchronized void awaitGrace(Supplier<Optional<String>> losses)
      throws InterruptedException {
    long deadline = System.nanoTime() + GRACE.toNanos();
    while (System.nanoTime() < deadline && !isExplained(losses)) {
      TimeUnit.MILLISECONDS.timedWait(this, 100);
    }
  }

  private boolean isExplained(Supplier<Optional<String>> losses) {
    return endings.stream()
            .anyMatch(each -> each.kind() == Kind.CANCELLED || each.kind() == Kind.FAILED)
        || (losses.get().isPresent()
            && endings.stream().anyMatch(each -> each.kind() == Kind.LOST));
  }

  private synchronized TrainingFailedException failure(Supplier<Optional<String>> losses) {
    List<Ending> sorted = new ArrayList<>(endings);
    sorted.sort(Comparator.comparing(Ending::kind));
    Ending first = sorted.get(0);
    String message = first.message();
    if (first.kind() == Kind.LOST || first.kind() == Kind.JOB) {
      message += losses.get().map(text -> " " + text).orElse("");
    }
    TrainingFailedException failure = new TrainingFailedException(message, first.cause());
    for (Ending other : sorted.subList(1, sorted.size())) {
      failure.addSuppressed(new TrainingFailedException(other.message(), other.cause()));
    }
    return failure;
  }
}
