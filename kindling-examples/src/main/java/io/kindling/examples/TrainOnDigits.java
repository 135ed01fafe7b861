package io.kindling.examples;

import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import java.io.IOException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The first page of the README: a network in a Spark ML pipeline. */
public final class TrainOnDigits {

  private TrainOnDigits() {}

  /**
   * Trains on pictures, scores others, saves the pipeline.
   *
   * @param assembler makes the column {@code features} of 784 numbers
   * @return the test rows with their predictions
   */
  public static Dataset<Row> run(
      Dataset<Row> train, Dataset<Row> test, Transformer assembler, String folder)
      throws IOException {
    // tag::readme[]
    Network network =
        Network.sequential(
            Input.of("features", 28, 28, 1),
            Conv2d.of(32, 5).relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.3),
            Dense.of(10));

    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(network)
            .setOptimizer(Optimizers.adam(1e-3))
            .setEpochs(5)
            .setBatchSize(128) // rows per step over all workers
            .setNumWorkers(2)
            .setFeaturesCol("features")
            .setLabelCol("label");

    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {assembler, classifier}).fit(train);
    Dataset<Row> scored = model.transform(test); // or a streaming DataFrame: the same line
    model.write().overwrite().save(folder);
    // end::readme[]
    return scored;
  }
}
