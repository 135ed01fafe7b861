package io.kindling.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.loss.Loss;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.network.Activation;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network and what it is trained for: a loss per output, their sum is made small; metrics that
 * are watched, of the first output that has a loss.
 *
 * @param losses by output name; empty for a network that brings its own loss
 * @param weighting whether rows count alike
 */
public record Objective(
    Network network, Map<String, Loss> losses, List<Metric> metrics, Weighting weighting) {

  /** How much a row counts, in losses and metrics. */
  public enum Weighting {
    /** All alike. */
    EQUAL,
    /**
     * As much as a further column says, {@link #WEIGHT}, of 0 or more: a step's loss is the mean
     * over its rows of weight times loss, and metrics are of rows times weights.
     */
    BY_COLUMN;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The weight of a row, the last of the targets where rows have weights. */
  public static final TensorSpec WEIGHT =
      new TensorSpec("kindling/weight", ElementType.FLOAT32, Shape.scalar());

  private static final Set<Activation> PROBABILITIES =
      EnumSet.of(Activation.SOFTMAX, Activation.LOG_SOFTMAX, Activation.SIGMOID);

  /** A network that brings its own loss says what targets the loss takes. */
  public interface OwnLoss {
    List<TensorSpec> targets();
  }

  /** All rows count alike. */
  public Objective(Network network, Map<String, Loss> losses, List<Metric> metrics) {
    this(network, losses, metrics, Weighting.EQUAL);
  }

  public Objective {
    losses = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(losses));
    metrics = List.copyOf(metrics);
    List<String> outputs = network.outputs().stream().map(TensorSpec::name).toList();
    for (String output : losses.keySet()) {
      if (!outputs.contains(output)) {
        throw new IllegalArgumentException(
            "Unknown output '"
                + output
                + "' has a loss. The network's outputs are "
                + outputs
                + ".");
      }
    }
    if (network instanceof OwnLoss) {
      if (!losses.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid losses " + losses + ": the network brings its own loss.");
      }
      if (!metrics.isEmpty()) {
        throw new IllegalArgumentException(
            "Unsupported metrics "
                + metrics.stream().map(Metric::name).toList()
                + " of a network that brings its own loss: metrics compare an output with the "
                + "target of its loss. Leave them out.");
      }
    } else if (losses.isEmpty()) {
      throw new IllegalArgumentException(
          "No output has a loss. State the loss of at least one of " + outputs + ".");
    } else {
      refuseMismatches(network, losses, metrics);
    }
  }

  /** That every loss suits its output, and every metric the one it watches; all that do not. */
  private static void refuseMismatches(
      Network network, Map<String, Loss> losses, List<Metric> metrics) {
    List<String> mismatches = new ArrayList<>();
    boolean isWatched = true;
    for (TensorSpec output : network.outputs()) {
      Loss loss = losses.get(output.name());
      if (loss == null) {
        continue;
      }
      try {
        loss.target(output);
        probabilities(network, output, loss).ifPresent(mismatches::add);
        if (isWatched && !metrics.isEmpty() && !loss.takesTarget()) {
          mismatches.add(
              "Output "
                  + output
                  + " has no target that the metrics "
                  + metrics.stream().map(Metric::name).toList()
                  + " could compare it with. Leave them out.");
        } else if (isWatched) {
          metrics.forEach(metric -> metric.mismatch(output, loss).ifPresent(mismatches::add));
        }
      } catch (IllegalArgumentException e) {
        mismatches.add(e.getMessage());
      }
      isWatched = false;
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
  }

  /** Probabilities where a loss takes logits train badly, and without a word. */
  private static Optional<String> probabilities(Network network, TensorSpec output, Loss loss) {
    Activation last =
        network instanceof LayerNetwork layers ? layers.lastActivation(output) : Activation.LINEAR;
    return loss.takesLogits() && PROBABILITIES.contains(last)
        ? Optional.of(
            "Output "
                + output
                + " ends in "
                + last
                + ", but its loss takes logits, of which it makes probabilities itself. Leave the"
                + " activation out; scoring adds it.")
        : Optional.empty();
  }

  /** One loss, for a network with one output. */
  public static Objective of(Network network, Loss loss, Metric... metrics) {
    if (network.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "The network has the outputs " + network.outputs() + ". State a loss for each by name.");
    }
    return new Objective(network, Map.of(network.outputs().get(0).name(), loss), List.of(metrics));
  }

  /** This objective, whose rows have weights. */
  public Objective weighted() {
    return new Objective(network, losses, metrics, Weighting.BY_COLUMN);
  }

  /** Whether rows have weights. */
  public boolean isWeighted() {
    return weighting == Weighting.BY_COLUMN;
  }

  /**
   * What rows bring beside the network's inputs: the targets the losses take, named after their
   * outputs, in the order of the outputs, then the weight.
   */
  public List<TensorSpec> targets() {
    List<TensorSpec> targets = new ArrayList<>(targetsOfLosses());
    if (isWeighted()) {
      targets.add(WEIGHT);
    }
    return targets;
  }

  private List<TensorSpec> targetsOfLosses() {
    if (network instanceof OwnLoss own) {
      return own.targets();
    }
    List<TensorSpec> targets = new ArrayList<>();
    for (TensorSpec output : network.outputs()) {
      Loss loss = losses.get(output.name());
      if (loss != null && loss.takesTarget()) {
        targets.add(loss.target(output));
      }
    }
    return targets;
  }

  /** How many sums the metrics keep together, the last of them the weights where rows have some. */
  public int accumulators() {
    int own = metrics.stream().mapToInt(this::accumulators).sum();
    return isWeighted() && own > 0 ? own + 1 : own;
  }

  /** How many sums a metric keeps of the output that is watched. */
  private int accumulators(Metric metric) {
    TensorSpec watched =
        network.outputs().stream()
            .filter(output -> losses.containsKey(output.name()))
            .findFirst()
            .orElseThrow();
    return metric.accumulators(watched, losses.get(watched.name()));
  }

  /**
   * Loss and metrics of sums over rows; NaN where there are no rows.
   *
   * @param sums {@code [lossSum, accumulators…]}
   */
  public Evaluation evaluation(double[] sums, long rows) {
    double counted = isWeighted() ? sums[sums.length - 1] : rows;
    Map<String, Double> values = new LinkedHashMap<>();
    int from = 1;
    for (Metric metric : metrics) {
      int to = from + accumulators(metric);
      double[] own = Arrays.copyOfRange(sums, from, to);
      values.put(metric.name(), counted == 0 ? Double.NaN : metric.value(own, counted));
      from = to;
    }
    return new Evaluation(rows, rows == 0 ? Double.NaN : sums[0] / rows, values);
  }
}
