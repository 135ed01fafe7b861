package io.kindling.spark.stage;

import io.kindling.spark.file.CompleteFolder;
import io.kindling.spark.job.MicroBatch;
import io.kindling.spark.job.NoRowsException;
import io.kindling.spark.storage.ArchiveReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on training a saved model with every micro-batch of a stream, for {@code foreachBatch}:
 *
 * <pre>{@code
 * stream.writeStream()
 *     .foreachBatch(MicroBatchTraining.of(classifier, "hdfs:///models/clicks"))
 *     .option("checkpointLocation", …)
 *     .start();
 * }</pre>
 *
 * <p>Where nothing is saved yet, the first micro-batch begins it. After each, the new model stands
 * in the place of the old one, complete; a micro-batch that Spark repeats after a failure is not
 * trained on twice, and one without a row to train on changes nothing. The optimizer begins anew
 * with each micro-batch: a few epochs each, and a learning rate that suits a model that has learned
 * already, do well.
 */
public final class MicroBatchTraining implements VoidFunction2<Dataset<Row>, Long> {

  private static final long serialVersionUID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(MicroBatchTraining.class);

  private final Estimator<?> estimator;
  private final String path;

  private MicroBatchTraining(Estimator<?> estimator, String path) {
    this.estimator = estimator;
    this.path = path;
  }

  /**
   * Trains with a stage and its params as they are now.
   *
   * @param path where the model stands, on any file system Hadoop knows
   */
  public static <E extends Estimator<?> & TrainingStage<E>> MicroBatchTraining of(
      E stage, String path) {
    return new MicroBatchTraining(stage.copy(new ParamMap()), path);
  }

  @Override
  public void call(Dataset<Row> batch, Long id) throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    Configuration hadoop = batch.sparkSession().sparkContext().hadoopConfiguration();
    Estimator<?> next = estimator.copy(new ParamMap());
    if (new CompleteFolder(path, hadoop).recover()) {
      Optional<MicroBatch> done = MicroBatch.of(ArchiveReader.model(path, hadoop).provenance());
      Optional<MicroBatch> now = MicroBatch.current(batch.sparkSession().sparkContext());
      if (done.isPresent() && now.isPresent() && done.get().includes(now.get())) {
        return;
      }
      next.set("initialModel", path);
    }
    try {
      ((TrainedStage<?>) next.fit(batch)).write().overwrite().save(path);
    } catch (NoRowsException e) {
      LOG.info("Micro-batch {} has no row to train on; the model stays as it is.", id);
    }
  }
}
