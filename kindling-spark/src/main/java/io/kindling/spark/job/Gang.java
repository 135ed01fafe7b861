package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.Failure;
import io.kindling.cluster.rendezvous.Heartbeats;
import io.kindling.cluster.rendezvous.RendezvousServer;
import io.kindling.cluster.rendezvous.Report;
import io.kindling.cluster.rendezvous.WorkerListener;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.scoring.ParameterSource;
import io.kindling.training.History;
import io.kindling.training.TrainingFailedException;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers of one training, from the driver: each is a Spark job of one task, they meet at a
 * rendezvous here, and they live and die together.
 */
final class Gang {

  private static final Logger LOG = LoggerFactory.getLogger(Gang.class);

  private final SparkContext context;
  private final TrainingPlan plan;
  private final JobSettings settings;
  private final Placement placement;
  private final ShardedData data;
  private final TrainingExtras extras;
  private final String job = "kindling-" + UUID.randomUUID();

  Gang(
      SparkContext context,
      TrainingPlan plan,
      JobSettings settings,
      Placement placement,
      ShardedData data,
      TrainingExtras extras) {
    this.context = context;
    this.plan = plan;
    this.settings = settings;
    this.placement = placement;
    this.data = data;
    this.extras = extras;
  }

  /** What a gang trained. */
  record Outcome(float[] parameters, float[] networkState, History history) {}

  /** Runs the workers to the end of the plan, or to the first failure. */
  @SuppressWarnings("try") // slots and jobs are held, not spoken to
  Outcome train() {
    Secret secret = Secret.random();
    LinkSettings links = LinkSettings.of(context.conf());
    TcpTransport transport = TcpTransport.of(Identity.driver(job, 0), secret, links.security());
    GangFate fate = new GangFate(placement.workers());
    try (GangSlots.Held slots = GangSlots.of(context).acquire(placement.workers(), this::slots);
        ExecutorLosses losses = ExecutorLosses.listenTo(context);
        RendezvousServer server =
            RendezvousServer.open(
                transport,
                links.driverPorts(),
                placement.workers(),
                Heartbeats.standard(),
                new Watch(fate));
        StartBroadcast start = StartBroadcast.of(context, extras.start());
        WorkerJobs jobs =
            WorkerJobs.start(
                context, job, secret, orders(links, server, start.source()), placement, fate)) {
      try {
        List<WorkerResult> results = fate.await(losses::describe, () -> awaitAll(server));
        return outcome(results);
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

  private void awaitAll(RendezvousServer server) throws LinkException {
    server.awaitAll(Deadline.after(settings.workerStartTimeout()));
    LOG.info("All {} workers of {} have joined", placement.workers(), job);
  }

  private int slots() {
    int cpus = context.conf().getInt("spark.task.cpus", 1);
    return Executors.of(context).stream().mapToInt(each -> each.cores() / cpus).sum();
  }

  private List<WorkerOrder> orders(
      LinkSettings links, RendezvousServer server, ParameterSource start) {
    String text = plan.toJson();
    List<WorkerOrder> orders = new ArrayList<>();
    for (int rank = 0; rank < placement.workers(); rank++) {
      Map<Integer, Partition> partitions = new HashMap<>();
      for (int shard = 0; shard < placement.shards(); shard++) {
        if (placement.rankOf(shard) == rank) {
          partitions.put(shard, data.partition(shard));
        }
      }
      orders.add(
          new WorkerOrder(
              text,
              job,
              rank,
              placement.workers(),
              links.security(),
              links.driverHost(),
              server.address().port(),
              links.firstPort(),
              links.portRetries(),
              data.shards(),
              partitions,
              data.training(),
              data.validation(),
              new ExecutorEngine(placement.threads().get(rank), settings.device()),
              settings.workerStartTimeout().toSeconds(),
              RowMemory.of(settings.rowMemory(), placement.mostWorkersPerExecutor()),
              start,
              extras.callback()));
    }
    return orders;
  }

  private static Outcome outcome(List<WorkerResult> results) {
    WorkerResult first = results.get(0);
    for (WorkerResult each : results) {
      if (each.checksum() != first.checksum()) {
        throw new IllegalStateException(
            "Rank "
                + each.rank()
                + " ended with other parameters than rank 0: checksums "
                + each.checksum()
                + " and "
                + first.checksum()
                + ". This is a defect of Kindling; the result is not to be trusted.");
      }
    }
    return new Outcome(first.parameters(), first.networkState(), History.parse(first.history()));
  }

  /** Passes on what the rendezvous hears. */
  private final class Watch implements WorkerListener {

    private final GangFate fate;

    Watch(GangFate fate) {
      this.fate = fate;
    }

    @Override
    public void onReport(Report report) {
      fate.reached(report.step());
      context
          .listenerBus()
          .post(
              ProgressReport.toEvent(
                  job, plan.epochs(), report.epoch(), report.values(), plan.objective().metrics()));
    }

    @Override
    public void onFailed(Failure failure) {
      fate.failed(failure);
    }

    @Override
    public void onLost(int rank, String host, long lastStep, LinkException cause) {
      fate.lost(rank, host, lastStep, cause);
    }
  }
}
