package io.kindling.spark.job;

import io.kindling.cluster.allreduce.Traffic;
import io.kindling.cluster.rendezvous.Beat;
import io.kindling.cluster.rendezvous.Call;
import io.kindling.cluster.rendezvous.GenerationListener;
import io.kindling.spark.event.StepTimes;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkerMoment;
import io.kindling.training.Activity;
import io.kindling.training.StepClock;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the training thread is and what it does, for those threads that have to know: heartbeats
 * say it, and the end of a generation closes what it waits on.
 */
final class WorkerPulse implements GenerationListener {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPulse.class);

  private final TrainingCallback callback;
  private final StepClock clock = new StepClock(this::began);
  private volatile Optional<Call> call = Optional.empty();
  private volatile long step;
  private volatile Optional<Traffic> traffic = Optional.empty();
  private long sent;
  private long received;
  private long waitedNanos;

  // Guarded by this.
  private GenerationScope scope = new GenerationScope(0);
  private int over;

  WorkerPulse(TrainingCallback callback) {
    this.callback = callback;
  }

  StepClock clock() {
    return clock;
  }

  /** What the next sign of life says. */
  Beat beat() {
    Activity activity = clock.current();
    return new Beat(
        step,
        activity.toString(),
        activity == Activity.EXCHANGING || activity == Activity.LINKING,
        traffic.map(Traffic::bytesReceived).orElse(0L));
  }

  /** A generation begins. */
  void begin(Call next) {
    call = Optional.of(next);
    traffic = Optional.empty();
    rememberTraffic();
  }

  /** The generation's links stand. */
  void exchangesOver(Traffic links) {
    traffic = Optional.of(links);
    rememberTraffic();
    clock.take(); // what comes before the first step of a generation is no part of it
  }

  /** What the training thread did since it was asked last, with one step done. */
  StepTimes takeStep() {
    Map<Activity, Long> nanos = clock.take();
    long exchanging = nanos.getOrDefault(Activity.EXCHANGING, 0L);
    long waited = traffic.map(Traffic::waitedNanos).orElse(0L) - waitedNanos;
    long feeding = nanos.getOrDefault(Activity.FEEDING, 0L);
    long computing = nanos.getOrDefault(Activity.COMPUTING, 0L);
    long updating = nanos.getOrDefault(Activity.UPDATING, 0L);
    long all = nanos.values().stream().mapToLong(Long::longValue).sum();
    StepTimes times =
        new StepTimes(
            1,
            feeding,
            computing,
            Math.max(0, exchanging - waited),
            Math.min(waited, exchanging),
            updating,
            all - feeding - computing - updating - exchanging,
            traffic.map(Traffic::bytesSent).orElse(0L) - sent,
            traffic.map(Traffic::bytesReceived).orElse(0L) - received);
    rememberTraffic();
    return times;
  }

  private void rememberTraffic() {
    sent = traffic.map(Traffic::bytesSent).orElse(0L);
    received = traffic.map(Traffic::bytesReceived).orElse(0L);
    waitedNanos = traffic.map(Traffic::waitedNanos).orElse(0L);
  }

  /** Has done a step. */
  void reached(long reached) {
    step = reached;
  }

  /** The scope of a generation, which is closed already where that is over. */
  GenerationScope open(int generation) {
    GenerationScope next = new GenerationScope(generation);
    synchronized (this) {
      scope = next;
      if (over < generation) {
        return next;
      }
    }
    next.close();
    return next;
  }

  @Override
  public void onOver(int generation, String why) {
    LOG.info("Generation {} is over because {}", generation, why);
    GenerationScope ended;
    synchronized (this) {
      over = Math.max(over, generation);
      ended = scope;
    }
    if (ended.generation() <= generation) {
      ended.close();
    }
  }

  @Override
  public void onStop(String reason) {
    onOver(Integer.MAX_VALUE, reason);
  }

  private void began(Activity activity) {
    callback.began(
        new WorkerMoment(
            call.map(Call::rank).orElse(-1), call.map(Call::generation).orElse(0), step, activity));
  }
}
