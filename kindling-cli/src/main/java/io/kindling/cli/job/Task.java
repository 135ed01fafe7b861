package io.kindling.cli.job;

import io.kindling.loss.Loss;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a network is trained to do. */
public sealed interface Task {

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
  }

  /**
   * To find a number.
   *
   * @param loss the stage's own unless named
   */
  record Regression(Features features, String label, Optional<Loss> loss) implements Task {}

  /**
   * Whatever losses ask for, of any number of inputs and outputs.
   *
   * @param inputs columns by input
   * @param labels columns by output
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
  }
}
