package io.kindling.engine.reference;

import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.CategoricalCrossEntropy;
import io.kindling.network.Gradients;
import io.kindling.network.Network;
import io.kindling.network.NonZeros;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Rows of random values that suit an objective, by column name. */
public final class Rows {

  /** How many. */
  public final int count;

  /** Row-major. */
  public final Map<TensorSpec, float[]> columns = new LinkedHashMap<>();

  private Rows(int count) {
    this.count = count;
  }

  /** Random rows; groups by their sizes, in order. */
  public static Rows random(
      Objective objective, List<TensorSpec> specs, long seed, int... groupSizes) {
    int count = java.util.Arrays.stream(groupSizes).sum();
    Random random = new Random(seed);
    Rows rows = new Rows(count);
    for (TensorSpec spec : specs) {
      float[] values = new float[count * spec.shape().size()];
      rows.columns.put(spec, values);
      if (spec.equals(TrainingProgram.GROUP)) {
        int row = 0;
        for (int group = 0; group < groupSizes.length; group++) {
          for (int i = 0; i < groupSizes[group]; i++) {
            values[row++] = group;
          }
        }
        continue;
      }
      boolean isTarget = objective.targets().contains(spec);
      boolean isClass = spec.type() == io.kindling.tensor.ElementType.INT32;
      for (int i = 0; i < values.length; i++) {
        values[i] =
            spec.equals(TrainingProgram.ROW_KEY)
                ? random.nextInt(1 << 24)
                : isClass
                    ? random.nextInt(3)
                    : isTarget ? random.nextFloat() : (float) random.nextGaussian();
      }
      if (objective.network().encodings().get(spec.name()) instanceof NonZeros vectors) {
        for (int i = 0; i < values.length; i += 2) {
          values[i] = random.nextInt(vectors.size());
        }
      }
      if (isTarget && objective.losses().get(spec.name()) instanceof CategoricalCrossEntropy) {
        normalise(values, spec.shape().dimension(-1));
      }
    }
    return rows;
  }

  private static void normalise(float[] values, int classes) {
    for (int i = 0; i < values.length; i += classes) {
      float sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += values[i + c];
      }
      for (int c = 0; c < classes; c++) {
        values[i + c] /= sum;
      }
    }
  }

  /** Some of the rows, in the order stated. */
  public Rows pick(int... places) {
    Rows picked = new Rows(places.length);
    columns.forEach(
        (spec, values) -> {
          int size = spec.shape().size();
          float[] some = new float[places.length * size];
          for (int i = 0; i < places.length; i++) {
            System.arraycopy(values, places[i] * size, some, i * size, size);
          }
          picked.columns.put(spec, some);
        });
    return picked;
  }

  /** The same rows with the network's inputs alone. */
  public Rows pickInputs(Network network) {
    Rows inputs = new Rows(count);
    network.inputs().forEach(spec -> inputs.columns.put(spec, columns.get(spec)));
    return inputs;
  }

  public void fill(Program.BatchMemory batch) {
    for (int i = 0; i < batch.columns().size(); i++) {
      TensorSpec spec = batch.columns().get(i);
      ByteBuffer buffer = batch.column(i);
      float[] values = columns.get(spec);
      for (int j = 0; j < values.length; j++) {
        switch (spec.type()) {
          case FLOAT32 -> buffer.putFloat(j * 4, values[j]);
          case INT32 -> buffer.putInt(j * 4, (int) values[j]);
          default -> throw new AssertionError(spec);
        }
      }
    }
    batch.setRows(count);
  }

  /** Random parameters, not the zeros and ones that initializers give biases and scales. */
  public static float[] parameters(Network network, long seed) {
    return filled(network.parameters(), seed);
  }

  /** Random state; variances positive. */
  public static float[] state(Network network, long seed) {
    return filled(network.state(), seed);
  }

  private static float[] filled(ParameterLayout layout, long seed) {
    Random random = new Random(seed);
    float[] values = new float[layout.size()];
    for (View view : layout.views()) {
      for (int i = 0; i < view.size(); i++) {
        values[view.offset() + i] =
            view.name().endsWith("variance")
                ? 0.5f + random.nextFloat()
                : (float) random.nextGaussian() * 0.5f;
      }
    }
    return values;
  }

  /** Everything a training program makes of rows. */
  public record Step(float loss, float[] metricSums, float[] gradients, float[] state) {}

  public Step step(TrainingProgram program) {
    try (Program.BatchMemory batch = program.newTrainingBatch(count)) {
      fill(batch);
      Gradients gradients = program.gradients(batch);
      float[] flat = new float[program.network().parameters().size()];
      gradients.read(0, flat, 0, flat.length);
      float[] state = new float[program.network().state().size()];
      gradients.readState(state, 0);
      return new Step(gradients.loss(), gradients.metricSums(), flat, state);
    }
  }

  public double[] evaluate(TrainingProgram program) {
    double[] sums = new double[1 + program.objective().accumulators()];
    try (Program.BatchMemory batch = program.newTrainingBatch(count + 3)) {
      fill(batch);
      program.evaluate(batch, sums);
    }
    return sums;
  }

  /** All outputs of the network's inputs, by name. */
  public Map<String, float[]> outputs(Program program) {
    Map<String, float[]> values = new LinkedHashMap<>();
    try (Program.BatchMemory batch = program.newBatch(count + 1)) {
      fill(batch);
      try (Program.Outputs outputs = program.outputs(batch)) {
        for (int i = 0; i < outputs.columns().size(); i++) {
          float[] column = new float[count * outputs.columns().get(i).shape().size()];
          outputs.column(i).asFloatBuffer().get(column);
          values.put(outputs.columns().get(i).name(), column);
        }
      }
    }
    return values;
  }

  public static List<TensorSpec> trainingColumns(TrainingProgram program) {
    try (Program.BatchMemory batch = program.newTrainingBatch(1)) {
      return new ArrayList<>(batch.columns());
    }
  }
}
