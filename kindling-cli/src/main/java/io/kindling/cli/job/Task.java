package io.kindling.cli.job;

import io.kindling.loss.Loss;
import io.kindling.network.Network;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.spark.stage.NeuralRegressor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Estimator;

/** What a network is trained to do. */
public sealed interface Task {

  /** Whether columns become features before the network sees them. */
  boolean isPrepared();

  /**
   * The stage that trains a network on prepared rows.
   *
   * @throws IllegalArgumentException if the rows hold other classes than the network has
   */
  Estimator<?> estimator(Training training, Network network, Preparation preparation);

  /**
   * To tell classes apart.
   *
   * @param classes their names in order; empty where numbers or the label's values name them
   * @param classWeights how much a row of each class counts; empty for all alike
   * @param loss the stage's own unless named
   */
  record Classification(
      Features features,
      Label label,
      List<String> classes,
      List<Double> classWeights,
      Optional<Loss> loss)
      implements Task {
    public Classification {
      classes = List.copyOf(classes);
      classWeights = List.copyOf(classWeights);
    }

    /** How many classes a network tells apart: one logit stands for two. */
    static int classes(Network network) {
      return Math.max(2, network.outputs().get(0).shape().size());
    }

    @Override
    public boolean isPrepared() {
      return features instanceof Features.Columns;
    }

    @Override
    public Estimator<?> estimator(Training training, Network network, Preparation preparation) {
      preparation.labels().ifPresent(labels -> check(labels, classes(network)));
      NeuralClassifier stage =
          training
              .of(new NeuralClassifier(), network)
              .setFeaturesCol(preparation.features())
              .setLabelCol(preparation.label());
      loss.ifPresent(stage::setLoss);
      return classWeights.isEmpty()
          ? stage
          : stage.setClassWeights(classWeights.stream().mapToDouble(each -> each).toArray());
    }

    private static void check(Labels labels, int expected) {
      if (labels.areNamed() && labels.names().size() < 2) {
        throw new IllegalArgumentException(
            "Column '%s' holds only %s, and to tell classes apart takes two at least. Name another label, or rows of other classes."
                .formatted(labels.column(), labels.shown()));
      }
      if (labels.areNamed() && labels.names().size() != expected) {
        throw new IllegalArgumentException(
            "Column '%s' holds %d classes, %s, and the network tells %d apart. Give its last layer %d units."
                .formatted(
                    labels.column(),
                    labels.names().size(),
                    labels.shown(),
                    expected,
                    labels.names().size()));
      }
    }
  }

  /**
   * To find a number.
   *
   * @param loss the stage's own unless named
   */
  record Regression(Features features, String label, Optional<Loss> loss) implements Task {

    @Override
    public boolean isPrepared() {
      return features instanceof Features.Columns;
    }

    @Override
    public Estimator<?> estimator(Training training, Network network, Preparation preparation) {
      NeuralRegressor stage =
          training
              .of(new NeuralRegressor(), network)
              .setFeaturesCol(preparation.features())
              .setLabelCol(preparation.label());
      loss.ifPresent(stage::setLoss);
      return stage;
    }
  }

  /**
   * Whatever losses ask for, of any number of inputs and outputs.
   *
   * @param inputs columns by input
   * @param labels columns by output; outputs that are not named keep their names
   * @param losses by output
   * @param outputs new columns by output; outputs that are not named keep their names
   */
  record Any(
      Map<String, String> inputs,
      Map<String, String> labels,
      Map<String, Loss> losses,
      Map<String, String> outputs)
      implements Task {
    public Any {
      inputs = Map.copyOf(inputs);
      labels = Map.copyOf(labels);
      losses = Map.copyOf(losses);
      outputs = Map.copyOf(outputs);
    }

    @Override
    public boolean isPrepared() {
      return false;
    }

    @Override
    public Estimator<?> estimator(Training training, Network network, Preparation preparation) {
      List<String> ends = JobReader.names(network.outputs());
      return training
          .of(new NeuralEstimator(), network)
          .setLosses(losses)
          .setInputCols(columns(JobReader.names(network.inputs()), inputs))
          .setLabelCols(columns(ends.stream().filter(losses::containsKey).toList(), labels))
          .setOutputCols(columns(ends, outputs));
    }

    private static String[] columns(List<String> names, Map<String, String> columns) {
      return names.stream().map(each -> columns.getOrDefault(each, each)).toArray(String[]::new);
    }
  }
}
