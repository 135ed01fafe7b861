package io.kindling.cli.job;

import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Text;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.stage.TrainingStage;
import java.util.Optional;

/**
 * How a training goes on where workers come and go, and where an application ends.
 *
 * @param minWorkers 0 for as many as it begins with
 * @param maxWorkers 0 for as many as it begins with
 * @param checkpoints the folder they go to
 * @param every how far they are apart
 * @param keep how many are kept
 * @param resumeFrom a checkpoint or a folder of some
 * @param rowMemory memory for rows of each worker
 */
public record Survival(
    int minWorkers,
    int maxWorkers,
    Optional<String> checkpoints,
    String every,
    int keep,
    Optional<String> resumeFrom,
    Optional<String> rowMemory) {

  /** A job's fields about it, behind others. */
  static Fields addedTo(Fields job) {
    return job.with(
            "minWorkers",
            Field.optional(
                Numeral.from(0),
                "workers with which training goes on where others are lost; 0 for all it began with",
                0))
        .with(
            "maxWorkers",
            Field.optional(
                Numeral.from(0),
                "workers that may join as executors come; 0 for as many as it begins with",
                0))
        .with(
            "checkpoints",
            Field.optional(
                Fields.of("checkpoints")
                    .with(
                        "path",
                        Field.required(
                            new Text("a path"), "a folder, in which each training has its own"))
                    .with(
                        "every",
                        Field.optional(
                            new Text("a number and steps, epochs or minutes"),
                            "how far apart they are",
                            Checkpointing.DEFAULT_INTERVAL))
                    .with(
                        "keep",
                        Field.optional(
                            Numeral.from(1),
                            "how many of the newest are kept, beside the best epoch's",
                            Checkpointing.DEFAULT_KEPT)),
                "what training can go on from"))
        .with(
            "resumeFrom",
            Field.optional(
                new Text("a path"),
                "a checkpoint, or the newest of this training in a folder, to go on from; begins where it"
                    + " is checkpoints.path and holds none"))
        .with(
            "rowMemory",
            Field.optional(
                new Text("a size such as 512m or 2g"),
                "memory in which each worker keeps rows; others go to Spark's local directories"));
  }

  static Survival read(Place job) {
    Place checkpoints = job.field("checkpoints");
    return new Survival(
        job.field("minWorkers").count(0),
        job.field("maxWorkers").count(0),
        checkpoints.field("path").text(),
        checkpoints.field("every").text().orElse(Checkpointing.DEFAULT_INTERVAL),
        checkpoints.field("keep").count(Checkpointing.DEFAULT_KEPT),
        job.field("resumeFrom").text(),
        job.field("rowMemory").text());
  }

  <S extends TrainingStage<S>> void applyTo(S stage) {
    if (minWorkers > 0) {
      stage.setMinWorkers(minWorkers);
    }
    if (maxWorkers > 0) {
      stage.setMaxWorkers(maxWorkers);
    }
    checkpoints.ifPresent(
        path -> stage.setCheckpointDir(path).setCheckpointInterval(every).setKeepCheckpoints(keep));
    resumeFrom.ifPresent(stage::setResumeFrom);
    rowMemory.ifPresent(stage::setRowMemory);
  }
}
