package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.WorldLimits;
import io.kindling.model.Provenance;
import io.kindling.model.TrainedModel;
import io.kindling.network.Network;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.checkpoint.Resume;
import io.kindling.spark.checkpoint.Resumption;
import io.kindling.spark.checkpoint.TrainingFolders;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.engine.GpuSettings;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkReport;
import io.kindling.spark.input.Device;
import io.kindling.training.History;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * One training on a cluster, seen from the driver: rows go to their shards, workers go to
 * executors, and the workers train together until the plan is done.
 */
public final class TrainingJob {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private final TrainingPlan plan;
  private final JobSettings settings;
  private final String stage;
  private final TrainingExtras extras;

  /**
   * Prepares a training; nothing happens before {@link #run}.
   *
   * @param stage the name of the stage that trains, for messages
   * @throws IllegalArgumentException if the model to begin with is that of another network
   */
  public TrainingJob(TrainingPlan plan, JobSettings settings, String stage, TrainingExtras extras) {
    this.plan = plan;
    this.settings = settings;
    this.stage = stage;
    this.extras = extras;
    extras.start().ifPresent(start -> refuseOther(plan.objective().network(), start));
  }

  /** What a training gives. */
  public record Result(TrainedModel model, History history, WorkReport work) {}

  /**
   * Trains.
   *
   * @param columns one per input of the network, in its order, then one per target of the objective
   * @throws IllegalArgumentException if data, settings and network do not fit each other
   * @throws io.kindling.training.TrainingFailedException if a worker fails
   */
  public Result run(Dataset<?> dataset, List<ColumnInput> columns) {
    SparkSession session = dataset.sparkSession();
    SparkContext context = session.sparkContext();
    refuseUnsendable(extras.callback());
    if (settings.device() == Device.GPU) {
      GpuSettings.require(context.conf());
    }
    settings.refuseContradictions();
    Configuration hadoop = context.hadoopConfiguration();
    makeCheckpointDir(context);
    Resumption resumption = resumption(hadoop);
    List<Executors.Executor> executors = executors(context);
    WorldLimits limits = settings.limits(executors.size());
    plan.strategy().refuseTooFew(limits.wanted());
    Placement placement =
        Placement.of(
            executors,
            limits.wanted(),
            plan.strategy().learners(limits.wanted()),
            shards(resumption, limits));
    checkMemory(context, placement);
    Dealer dealer = new Dealer(plan, settings, stage, columns);
    try (ShardedData data = dealer.deal(dataset, placement, limits.least() < limits.most())) {
      Optional<Resume> resume = resumption.of(data.rows());
      Optional<Checkpointing> checkpointing = checkpointing(resume, hadoop);
      try {
        Gang.Outcome outcome =
            new Gang(
                    context, plan, settings, limits, placement, data, extras, resume, checkpointing)
                .train();
        TrainedModel model = model(session, data, outcome, resume, checkpointing);
        return new Result(model, outcome.history(), outcome.work());
      } finally {
        checkpointing.ifPresent(each -> deleteIfEmpty(each, hadoop));
      }
    }
  }

  /** Parameters can go on only in a network whose arrays are the same. */
  private static void refuseOther(Network network, TrainedModel start) {
    List<String> mismatches = new ArrayList<>();
    mismatches.addAll(network.parameters().differences(start.network().parameters()));
    mismatches.addAll(network.state().differences(start.network().state()));
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(
          "Training cannot go on from the initial model, because its network is another, in which "
              + String.join("; ", mismatches)
              + ". Give the stage the model's own network, or start without an initial model.");
    }
  }

  /** A callback that holds on to what does not travel would fail in every worker's task. */
  private static void refuseUnsendable(TrainingCallback callback) {
    try {
      SparkEnv.get()
          .closureSerializer()
          .newInstance()
          .serialize(callback, ClassTag$.MODULE$.apply(TrainingCallback.class));
    } catch (Exception e) { // Scala does not declare what it throws
      throw new IllegalArgumentException(
          "The callback "
              + callback.getClass().getName()
              + " cannot be sent to the workers: "
              + e
              + ". Make it a class of its own, with serializable fields and none that refer to a"
              + " stage, a session or a data set.",
          e);
    }
  }

  /** Before the data is read, which takes long. */
  private void makeCheckpointDir(SparkContext context) {
    if (settings.checkpointing().isEmpty()) {
      return;
    }
    String folder = settings.checkpointing().get().folder();
    try {
      new TrainingFolders(folder, context.hadoopConfiguration()).make();
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Invalid checkpointDir '%s': %s. Name a folder that driver and executors can write to."
              .formatted(folder, e.getMessage()),
          e);
    }
    boolean isOfOneMachine =
        folder.startsWith("file:") || (folder.startsWith("/") && isLocal(context));
    if (isOfOneMachine && !context.isLocal()) {
      LOG.warn(
          "checkpointDir {} is on each machine's own disk, unless it is shared: another machine will not find the"
              + " checkpoints there",
          folder);
    }
  }

  private static boolean isLocal(SparkContext context) {
    return FileSystem.getDefaultUri(context.hadoopConfiguration()).getScheme().equals("file");
  }

  /** What to go on from. */
  private Resumption resumption(Configuration hadoop) {
    if (settings.resumeFrom().isEmpty()) {
      return Resumption.none();
    }
    Optional<String> written = settings.checkpointing().map(Checkpointing::folder);
    try {
      return Resumption.find(settings.resumeFrom().get(), plan, written, hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Where this training's own checkpoints go. */
  private Optional<Checkpointing> checkpointing(Optional<Resume> resume, Configuration hadoop) {
    if (settings.checkpointing().isEmpty()) {
      return Optional.empty();
    }
    Checkpointing named = settings.checkpointing().get();
    try {
      String folder = new TrainingFolders(named.folder(), hadoop).forTraining(resume);
      LOG.info("Checkpoints of this training go to {}", folder);
      return Optional.of(named.in(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void deleteIfEmpty(Checkpointing checkpointing, Configuration hadoop) {
    try {
      String root = settings.checkpointing().orElseThrow().folder();
      new TrainingFolders(root, hadoop).deleteIfEmpty(checkpointing.folder());
    } catch (IOException e) {
      LOG.warn("{} may be left, and empty", checkpointing.folder(), e);
    }
  }

  /** As many shards as the checkpoint's data has, unless others are asked for. */
  private int shards(Resumption resumption, WorldLimits limits) {
    OptionalInt stored = resumption.shards();
    if (settings.shards().isPresent() || stored.isEmpty()) {
      return settings.shardsFor(limits.most());
    }
    if (stored.getAsInt() < limits.most()) {
      throw new IllegalArgumentException(
          "Training cannot go on with up to %d workers, because the checkpoint's data is in %d shards. Use as many"
                  .formatted(limits.most(), stored.getAsInt())
              + " workers as there are shards, or fewer.");
    }
    return stored.getAsInt();
  }

  private List<Executors.Executor> executors(SparkContext context) {
    OptionalInt needed =
        settings.leastWorkers().isPresent() ? settings.leastWorkers() : settings.workers();
    return Executors.awaitEnough(context, needed, settings.workerStartTimeout());
  }

  private void checkMemory(SparkContext context, Placement placement) {
    // A worker has room for whole batches, because it validates with them.
    MemoryNeed need = MemoryNeed.of(plan.objective(), plan.batchSize());
    need.complaint(context.conf(), placement.mostWorkersPerExecutor())
        .ifPresent(
            complaint -> {
              throw new IllegalArgumentException(complaint);
            });
    LOG.info("Each worker needs about {} MiB outside the heap", need.total() >> 20);
  }

  private TrainedModel model(
      SparkSession session,
      ShardedData data,
      Gang.Outcome outcome,
      Optional<Resume> resume,
      Optional<Checkpointing> checkpointing) {
    Provenance provenance =
        Provenance.ofThisJvm()
            .with("spark.version", session.version())
            .with("plan", plan.toJson())
            .with("seed", plan.seed())
            .with("schema", data.schema().catalogString())
            .with("rows", data.trainingRows())
            .with("workers", data.placement().workers())
            .with("trained", java.time.Instant.now())
            .with("epoch", plan.kept(outcome.history()).epoch())
            .with("result", plan.kept(outcome.history()).training())
            .with(
                "validation",
                plan.kept(outcome.history()).validation().map(Object::toString).orElse("none"))
            .with("checkpoints", checkpointing.map(Checkpointing::folder).orElse("none"))
            .with(
                "resumedFrom",
                resume.map(each -> each.checkpoint().folder().toString()).orElse("none"));
    return new TrainedModel(
        plan.objective().network(),
        outcome.parameters(),
        outcome.networkState(),
        MicroBatch.current(session.sparkContext())
            .map(batch -> batch.addTo(provenance))
            .orElse(provenance));
  }
}
