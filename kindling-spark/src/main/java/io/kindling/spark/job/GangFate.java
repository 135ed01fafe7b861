package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.Failure;
import io.kindling.training.TrainingFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How a gang ends: with a result, or with the failure that explains all others. Failures arrive
 * from several sides at once and in any order; a short while after the first, the one that explains
 * the others is chosen. A lost worker is no end by itself, as another may take its place.
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
    /** A worker failed for a reason of its own. */
    FAILED,
    /** A job ended and its worker said nothing. */
    JOB,
    /** Workers were lost, and none came in their place; or the rows they had. */
    LOST
  }

  private record Ending(Kind kind, String message, Throwable cause) {}

  private final List<Ending> endings = new ArrayList<>();
  private Optional<WorkerResult> result = Optional.empty();

  synchronized void finished(WorkerResult delivered) {
    result = Optional.of(delivered);
    notifyAll();
  }

  void failed(Failure failure) {
    end(
        Kind.FAILED,
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

  /** Training cannot go on without what was lost. */
  void lost(String message, Throwable cause) {
    end(Kind.LOST, message, cause);
  }

  void jobFailed(int place, Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    boolean cancelled = isCancelled(cause);
    end(
        cancelled ? Kind.CANCELLED : Kind.JOB,
        (cancelled ? "The Spark job of worker " : "The task of worker ")
            + place
            + (cancelled ? " was cancelled: " + text : " failed: " + rootMessage(cause)),
        cause);
  }

  /** Whether a job ended because someone cancelled it. */
  static boolean isCancelled(Throwable cause) {
    return cause instanceof CancellationException
        || CANCELLED_JOB.matcher(String.valueOf(cause.getMessage())).lookingAt();
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
   * Waits a while for the end.
   *
   * @param losses why executors went, as far as is known when it is asked
   * @return the result, if it has come
   * @throws TrainingFailedException if the gang failed
   */
  Optional<WorkerResult> await(Duration time, Supplier<Optional<String>> losses)
      throws InterruptedException {
    synchronized (this) {
      if (result.isEmpty() && endings.isEmpty()) {
        TimeUnit.NANOSECONDS.timedWait(this, time.toNanos());
      }
      if (result.isPresent() || endings.isEmpty()) {
        return result;
      }
    }
    awaitGrace(losses);
    throw failure(losses);
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
