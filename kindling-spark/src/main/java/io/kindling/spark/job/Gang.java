package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.Beat;
import io.kindling.cluster.rendezvous.Failure;
import io.kindling.cluster.rendezvous.Heartbeats;
import io.kindling.cluster.rendezvous.Newcomer;
import io.kindling.cluster.rendezvous.RendezvousServer;
import io.kindling.cluster.rendezvous.Report;
import io.kindling.cluster.rendezvous.WorkerListener;
import io.kindling.cluster.rendezvous.WorldLimits;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.checkpoint.Resume;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.event.GenerationFormed;
import io.kindling.spark.event.StepTimes;
import io.kindling.spark.event.TrainingWarned;
import io.kindling.spark.event.WorkReport;
import io.kindling.spark.event.WorkerWorked;
import io.kindling.spark.scoring.ParameterSource;
import io.kindling.training.History;
import io.kindling.training.Position;
import io.kindling.training.TrainingFailedException;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one training, from the driver: each is a Spark job of one task, they meet at a
 * rendezvous here, and train together in one generation after another, as they come and go.
 */
final class Gang {

  private static final Logger LOG = LoggerFactory.getLogger(Gang.class);

  /** Between two looks at the crew. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private final SparkContext context;
  private final TrainingPlan plan;
  private final JobSettings settings;
  private final WorldLimits limits;
  private final Placement placement;
  private final ShardedData data;
  private final TrainingExtras extras;
  private final Optional<Resume> resume;
  private final Optional<Checkpointing> checkpointing;
  private final String job = "kindling-" + UUID.randomUUID();

  Gang(
      SparkContext context,
      TrainingPlan plan,
      JobSettings settings,
      WorldLimits limits,
      Placement placement,
      ShardedData data,
      TrainingExtras extras,
      Optional<Resume> resume,
      Optional<Checkpointing> checkpointing) {
    this.context = context;
    this.plan = plan;
    this.settings = settings;
    this.limits = limits;
    this.placement = placement;
    this.data = data;
    this.extras = extras;
    this.resume = resume;
    this.checkpointing = checkpointing;
  }

  /** What a gang trained. */
  record Outcome(float[] parameters, float[] networkState, History history, WorkReport work) {}

  /** Runs the workers to the end of the plan, or to a failure that cannot be mended. */
  @SuppressWarnings("try") // slots are held, not spoken to
  Outcome train() {
    Secret secret = Secret.random();
    LinkSettings links = LinkSettings.of(context.conf());
    TcpTransport transport = TcpTransport.of(Identity.driver(job), secret, links.security());
    GangFate fate = new GangFate();
    Watch watch = new Watch(fate);
    try (GangSlots.Held slots = GangSlots.of(context).acquire(limits.wanted(), this::slots);
        ExecutorLosses losses = ExecutorLosses.listenTo(context);
        RendezvousServer server =
            RendezvousServer.open(
                transport, links.driverPorts(), limits, Heartbeats.standard(), watch);
        ParametersOnDriver parameters =
            ParametersOnDriver.open(plan, transport, links.driverPorts());
        StartBroadcast start = StartBroadcast.of(context, extras.start());
        ShardRestoring rows = new ShardRestoring(context, data, job);
        WorkerJobs jobs = new WorkerJobs(context, job, secret, fate::finished)) {
      SparkExecutors executors = new SparkExecutors(context, losses);
      Crew crew =
          new Crew(
              executors,
              jobs,
              server,
              rows,
              number -> order(number, links, server, parameters.port(), start.source()),
              watch);
      watch.crew = Optional.of(crew);
      try {
        crew.start(placement, limits.most());
        return outcome(await(fate, losses, server, crew, rows, watch), watch.report());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("Training was interrupted; its workers are stopped.");
      } finally {
        server.stop("The training has ended.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("Training was interrupted before its workers started.");
    } catch (IOException e) {
      throw new TrainingFailedException(
          "Failed to open the meeting place of the workers: " + e.getMessage(), e);
    }
  }

  private WorkerResult await(
      GangFate fate,
      ExecutorLosses losses,
      RendezvousServer server,
      Crew crew,
      ShardRestoring rows,
      Watch watch)
      throws InterruptedException {
    long enoughNanos = System.nanoTime();
    while (true) {
      Optional<WorkerResult> result = fate.await(LOOK, losses::describe);
      if (result.isPresent()) {
        return result.get();
      }
      crew.tend();
      if (server.missing(limits.least()) == 0 || rows.isWorking()) {
        enoughNanos = System.nanoTime();
      } else if (System.nanoTime() - enoughNanos > settings.workerStartTimeout().toNanos()) {
        fate.lost(watch.tooFew(server), null);
      }
    }
  }

  private int slots() {
    int cpus = context.conf().getInt("spark.task.cpus", 1);
    return Executors.of(context).stream().mapToInt(each -> each.cores() / cpus).sum();
  }

  private WorkerOrder order(
      int number,
      LinkSettings links,
      RendezvousServer server,
      int serverPort,
      ParameterSource start) {
    return new WorkerOrder(
        plan.toJson(),
        job,
        number,
        links.security(),
        links.driverHost(),
        server.address().port(),
        serverPort,
        links.firstPort(),
        links.portRetries(),
        data.shards().id(),
        data.rows(),
        new ExecutorEngine(
            placement.threads().get(number % placement.workers()), settings.device()),
        settings.workerStartTimeout().toSeconds(),
        RowMemory.of(settings.rowMemory(), placement.mostWorkersPerExecutor()),
        start,
        checkpointing.orElse(null),
        resume.map(each -> each.checkpoint().folder().toString()).orElse(null),
        new SerializableConfiguration(context.hadoopConfiguration()),
        extras.callback(),
        extras.route());
  }

  private static Outcome outcome(WorkerResult result, WorkReport work) {
    LOG.info("How the workers spent their time:\n{}", work);
    return new Outcome(
        result.parameters(), result.networkState(), History.parse(result.history()), work);
  }

  /** Hears of the workers, and passes on what it hears. */
  private final class Watch implements WorkerListener, Crew.Trouble {

    private final GangFate fate;
    private final Map<Integer, Long> checksums = new ConcurrentHashMap<>();
    private volatile Optional<Crew> crew = Optional.empty();
    private volatile Optional<String> lastLoss = Optional.empty();
    private final AtomicLong reached = new AtomicLong();
    private int epochsTold;

    // Guarded by this.
    private final Map<Integer, StepTimes> work = new TreeMap<>();
    private final Map<Integer, String> hosts = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private int generations;

    Watch(GangFate fate) {
      this.fate = fate;
    }

    /** Why training cannot go on with those who are there. */
    String tooFew(RendezvousServer server) {
      String waited =
          " after "
              + settings.workerStartTimeout().toSeconds()
              + " s "
              + server.present().size()
              + " of "
              + limits.least()
              + " are there";
      return server.generation() == 0
          ? "The workers did not all start:" + waited + "."
          : lastLoss.orElse("Workers were lost.")
              + " No other worker took the place:"
              + waited
              + ". Training goes on with fewer where setMinWorkers allows it.";
    }

    @Override
    public boolean admits(Newcomer who) {
      return crew.filter(each -> each.admits(who)).isPresent();
    }

    @Override
    public void onJoined(Newcomer who) {
      crew.ifPresent(each -> each.joined(who));
    }

    @Override
    public void onFormed(int generation, List<Newcomer> workers, Position at, String why) {
      checksums.clear();
      if (generation > 1 && at.step() < reached.get()) {
        warn(
            "All workers that had come to step "
                + reached.get()
                + " are lost. Training goes on "
                + (checkpointing.isPresent() || resume.isPresent()
                    ? "from the newest checkpoint there is."
                    : "from its beginning, because there is no checkpointDir."));
        reached.set(Math.max(0, at.step()));
      }
      LOG.info(
          "Generation {} of {}: {} workers go on behind step {}, because {}",
          generation,
          job,
          workers.size(),
          Math.max(0, at.step()),
          why);
      post(new GenerationFormed(job, generation, workers.size(), Math.max(0, at.step()), why));
      formed(generation, workers);
      crew.ifPresent(each -> each.formed(workers.stream().map(Newcomer::number).toList()));
    }

    private synchronized void formed(int generation, List<Newcomer> workers) {
      generations = generation;
      for (int rank = 0; rank < workers.size(); rank++) {
        hosts.put(rank, workers.get(rank).host());
      }
    }

    @Override
    public void onReport(Report report) {
      reached.accumulateAndGet(report.step(), Math::max);
      Optional<StepTimes> times = ProgressReport.work(report.values());
      if (times.isPresent()) {
        worked(report, times.get());
        return;
      }
      if (ProgressReport.isEpoch(report.values()) && !isNews(report.epoch())) {
        return;
      }
      post(
          ProgressReport.toEvent(
              job, plan.epochs(), report.epoch(), report.values(), plan.objective().metrics()));
    }

    private synchronized void worked(Report report, StepTimes times) {
      String host = hosts.getOrDefault(report.rank(), "");
      post(new WorkerWorked(job, report.rank(), host, report.step(), times));
      work.merge(report.rank(), times, StepTimes::plus);
    }

    synchronized WorkReport report() {
      List<WorkReport.Worker> workers = new ArrayList<>();
      work.forEach(
          (rank, times) ->
              workers.add(new WorkReport.Worker(rank, hosts.getOrDefault(rank, ""), times)));
      return new WorkReport(workers, generations, warnings);
    }

    private void post(SparkListenerEvent event) {
      context.listenerBus().post(event);
    }

    private synchronized void warn(String text) {
      warnings.add(text);
      LOG.warn("{}", text);
      post(new TrainingWarned(job, text));
    }

    /** A rank 0 that takes over tells the epochs again that another may have told. */
    private synchronized boolean isNews(int epoch) {
      boolean isNews = epoch == epochsTold + 1;
      epochsTold += isNews ? 1 : 0;
      return isNews;
    }

    @Override
    public void onFailed(Failure failure) {
      fate.failed(failure);
    }

    @Override
    public void onMissing(Newcomer who, String what) {
      LOG.info("{} lacks rows: {}", who, what);
      crew.ifPresent(each -> each.missesRows(who));
    }

    @Override
    public void onComplaint(Newcomer who, int rank, String text) {
      warn("Rank " + rank + " on " + who.host() + ": " + text);
    }

    @Override
    public void onDone(Newcomer who, int rank, long checksum) {
      checksums.put(rank, checksum);
      if (checksums.values().stream().distinct().count() > 1) {
        fate.lost(
            "Ranks ended with different parameters: checksums "
                + checksums
                + ". This is a defect of Kindling; the result is not to be trusted.",
            null);
      }
    }

    @Override
    public void onGaveUp(String why) {
      fate.lost(why, null);
    }

    @Override
    public void onLost(Newcomer who, int rank, Beat last, LinkException cause) {
      String text =
          "Rank "
              + rank
              + " on "
              + who.host()
              + " is lost, while "
              + last.phase()
              + "; the last step it is known to have done is "
              + Math.max(last.step(), reached.get())
              + ". "
              + cause.getMessage();
      warn(text);
      lastLoss = Optional.of(text);
      crew.ifPresent(each -> each.lost(who));
    }

    @Override
    public void onLeft(Newcomer who) {
      crew.ifPresent(each -> each.left(who));
    }

    @Override
    public void jobFailed(int place, Throwable cause) {
      fate.jobFailed(place, cause);
    }

    @Override
    public void rowsLost(Throwable cause) {
      fate.lost("Rows that were lost cannot be made again: " + cause.getMessage(), cause);
    }
  }
}
