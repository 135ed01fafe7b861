package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.Newcomer;
import io.kindling.cluster.rendezvous.RendezvousServer;
import io.kindling.spark.job.WorkerJobs.WorkerJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of a gang as the driver keeps them up: places, a Spark job in each, and another job
 * where a worker is lost for good.
 *
 * <p>A worker that is lost may be back in a moment, because only its link broke or its process was
 * stopped for a while; so its place is given to another once Spark says that its executor is gone,
 * or its task has ended, or it has been silent for longer than {@link #SILENCE}. Rows that went
 * with it are made again before another begins.
 *
 * <p>{@link #tend} belongs to one thread; what is heard may come from any.
 */
final class Crew {

  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

  /**
   * After this, an executor whose worker is silent counts as lost, though Spark believes in it for
   * {@code spark.network.timeout}. No garbage collection takes so long.
   */
  static final Duration SILENCE = Duration.ofSeconds(15);

  /** Tasks in one place, one after another, that end before they have trained. */
  private static final int MOST_STILLBORN = 4;

  private static final String ROWS_ARE_MADE = "Rows of its shards have to be made again.";

  /** Times that workers say, before any has trained again, that they lack rows. */
  private static final int MOST_LACKING = 100;

  private final SparkExecutors executors;
  private final WorkerJobs jobs;
  private final RendezvousServer server;
  private final ShardRestoring rows;
  private final IntFunction<WorkerOrder> orders;
  private final Trouble trouble;

  // Guarded by this.
  private final List<Place> places = new ArrayList<>();
  private final Map<Integer, Place> placeOfStart = new HashMap<>();
  private final Set<Integer> trained = new HashSet<>();
  private final Set<Integer> retiring = new HashSet<>();
  private boolean rowsAreDoubted;
  private boolean isAwaitingRows; // workers wait that have trained
  private int lacking;

  /** What the crew cannot mend. */
  interface Trouble {
    void jobFailed(int place, Throwable cause);

    void rowsLost(Throwable cause);
  }

  /** One place, and who is in it: seldom more than one worker, if Spark speculates. */
  private static final class Place {
    private final int number;
    private final List<Newcomer> present = new ArrayList<>();
    private WorkerJob job;
    private Optional<Newcomer> away = Optional.empty();
    private long awaySince;
    private int lossesBefore;
    private int stillborn;
    private boolean isVacant;

    Place(int number) {
      this.number = number;
    }
  }

  /**
   * @param orders what a worker is told, by the number of its start; the first start of each place
   *     has the number of the place
   */
  Crew(
      SparkExecutors executors,
      WorkerJobs jobs,
      RendezvousServer server,
      ShardRestoring rows,
      IntFunction<WorkerOrder> orders,
      Trouble trouble) {
    this.executors = executors;
    this.jobs = jobs;
    this.server = server;
    this.rows = rows;
    this.orders = orders;
    this.trouble = trouble;
  }

  /**
   * Starts a worker in every place.
   *
   * @param placement where the first ones should run
   * @param most places there are; those beyond the placement may run anywhere
   */
  synchronized void start(Placement placement, int most) {
    for (int number = 0; number < most; number++) {
      Place place = new Place(number);
      places.add(place);
      start(
          place,
          number < placement.workers()
              ? placement.executors().get(number).asPreference()
              : List.of());
    }
  }

  private void start(Place place, List<String> preferred) {
    int start = placeOfStart.size();
    placeOfStart.put(start, place);
    place.isVacant = false;
    place.away = Optional.empty();
    place.lossesBefore = executors.losses();
    place.job = jobs.start(orders.apply(start), preferred);
  }

  /** Whether a worker may take part: its place may have been given to another. */
  synchronized boolean admits(Newcomer who) {
    return placeOfStart.get(who.place()) != null;
  }

  synchronized void joined(Newcomer who) {
    Place place = placeOfStart.get(who.place());
    if (place != null) {
      place.present.removeIf(each -> each.number() == who.number());
      place.present.add(who);
      place.away = Optional.empty();
    }
  }

  /** A generation of these is formed; those who have to go and are not among them may. */
  void formed(List<Integer> numbers) {
    List<Integer> relieved;
    synchronized (this) {
      trained.addAll(numbers);
      lacking = 0;
      places.stream()
          .filter(place -> place.present.stream().anyMatch(each -> numbers.contains(each.number())))
          .forEach(place -> place.stillborn = 0);
      relieved = retiring.stream().filter(each -> !numbers.contains(each)).toList();
    }
    relieved.forEach(each -> server.dismiss(each, "Another worker has taken over."));
  }

  /** A worker is gone without a word, and may be back. */
  synchronized void lost(Newcomer who) {
    Place place = placeOfStart.get(who.place());
    if (place != null && left(place, who)) {
      place.away = Optional.of(who);
      place.awaySince = System.nanoTime();
      rowsAreDoubted = true;
    }
  }

  /** A worker has taken leave, and its task ends. */
  synchronized void left(Newcomer who) {
    Place place = placeOfStart.get(who.place());
    if (place != null) {
      left(place, who);
    }
  }

  /** Whether nobody else is left in the place. */
  private static boolean left(Place place, Newcomer who) {
    return place.present.removeIf(each -> each.number() == who.number()) && place.present.isEmpty();
  }

  /** A worker lacks rows. One that has not trained makes room for the job that makes them again. */
  void missesRows(Newcomer who) {
    boolean isNew;
    synchronized (this) {
      rowsAreDoubted = true;
      isNew = !trained.contains(who.number());
      isAwaitingRows |= !isNew;
      lacking++;
    }
    if (isNew) {
      server.dismiss(who.number(), ROWS_ARE_MADE);
    }
  }

  /** Does what has to be done by now. */
  void tend() {
    List<Runnable> sayings = new ArrayList<>();
    tend(sayings);
    sayings.forEach(Runnable::run);
  }

  /**
   * @param sayings to the server, which asks and tells the crew on other threads, so that they are
   *     said without holding the crew's lock
   */
  private synchronized void tend(List<Runnable> sayings) {
    boolean rowsAreThere = tendRows(sayings);
    for (Place place : places) {
      if (place.present.isEmpty()) {
        tendEmpty(place, rowsAreThere);
      } else {
        tendRetiring(place, sayings);
      }
    }
  }

  /** Has rows made again that are lost; whether all are there. */
  private boolean tendRows(List<Runnable> sayings) {
    if (rows.isRunning()) {
      makeRoom(sayings);
      return false;
    }
    rows.failure().ifPresent(trouble::rowsLost);
    if (lacking > MOST_LACKING) {
      trouble.rowsLost(
          new IllegalStateException("workers cannot read them where Spark says that they are"));
    }
    if (!rowsAreDoubted) {
      return true;
    }
    List<Integer> missing = rows.missing();
    if (!missing.isEmpty()) {
      LOG.info("The rows of shards {} went with their executors; they are made again", missing);
      isAwaitingRows = true;
      makeRoom(sayings);
      rows.begin(missing);
      return false;
    }
    rowsAreDoubted = false;
    if (isAwaitingRows) {
      isAwaitingRows = false;
      sayings.add(() -> server.renew("rows that were lost have been made again"));
    }
    return true;
  }

  /** The job that makes rows again may need the slots of those who have not trained. */
  private void makeRoom(List<Runnable> sayings) {
    for (Place place : places) {
      for (Newcomer each : place.present) {
        if (!trained.contains(each.number())) {
          sayings.add(() -> server.dismiss(each.number(), ROWS_ARE_MADE));
        }
      }
    }
  }

  /** Starts another worker beside one whose executor will go, to take over before it does. */
  private void tendRetiring(Place place, List<Runnable> sayings) {
    for (Newcomer each : List.copyOf(place.present)) {
      if (executors.isDecommissioned(each.executor()) && retiring.add(each.number())) {
        LOG.info("{} has to go; another worker starts in place {}", each, place.number);
        sayings.add(() -> server.retire(each.number()));
        start(place, List.of());
      }
    }
  }

  private void tendEmpty(Place place, boolean rowsAreThere) {
    if (!place.isVacant && place.job.hasEnded()) {
      tendEnded(place);
    } else if (!place.isVacant && place.away.isPresent()) {
      tendAway(place, place.away.get().executor());
    }
    if (place.isVacant && rowsAreThere) {
      LOG.info("Another worker starts in place {}", place.number);
      place.stillborn++;
      start(place, List.of());
    }
  }

  private void tendEnded(Place place) {
    Optional<Throwable> failure = place.job.failure();
    boolean isLoss = executors.losses() > place.lossesBefore;
    if (failure.isPresent() && (GangFate.isCancelled(failure.get()) || !isLoss)) {
      trouble.jobFailed(place.number, failure.get());
    } else if (place.stillborn == MOST_STILLBORN) {
      trouble.jobFailed(
          place.number,
          failure.orElseGet(
              () -> new IllegalStateException("its tasks end before they have trained")));
    } else {
      vacate(place, "its task has ended");
    }
  }

  private void tendAway(Place place, String executor) {
    boolean isSilent = System.nanoTime() - place.awaySince > SILENCE.toNanos();
    if (executors.isGone(executor)) {
      vacate(place, "executor " + executor + " is gone");
    } else if (isSilent) {
      executors.giveUp(executor, "its worker was silent for " + SILENCE.toSeconds() + " s");
      vacate(place, "executor " + executor + " is silent");
    }
  }

  /** Whoever was in a place has no part in the training any longer. */
  private void vacate(Place place, String why) {
    LOG.info("Place {} is vacant, because {}", place.number, why);
    place.isVacant = true;
    rowsAreDoubted = true;
    placeOfStart.replaceAll((start, of) -> of == place ? null : of);
    if (!place.job.hasEnded()) {
      jobs.cancel(place.job, why);
    }
  }
}
