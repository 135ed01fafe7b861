package io.kindling.tensorflow;

import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Rows;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.BatchNorm;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Times a step of this engine, gradients read into a heap array and parameters written back,
 * against a bare TensorFlow-Java loop with variables and Adam in the graph.
 *
 * <p>Run on one core: {@code taskset -c 0 java … io.kindling.tensorflow.MeasureSteps mlp}.
 */
final class MeasureSteps {

  private static final int ROWS = 128;

  private MeasureSteps() {}

  public static void main(String[] args) {
    Map<String, Layer[]> networks =
        Map.of(
            "mlp",
            new Layer[] {Dense.of(256).relu(), Dense.of(256).relu(), Dense.of(10)},
            "dropout",
            new Layer[] {
              Dense.of(256).relu(),
              Dropout.of(0.5),
              Dense.of(256).relu(),
              Dropout.of(0.5),
              Dense.of(10)
            },
            "norm",
            new Layer[] {
              Conv2d.of(32, 5).samePadding(),
              BatchNorm.of(),
              MaxPool2d.of(2),
              Flatten.of(),
              Dense.of(10)
            },
            "cnn",
            new Layer[] {
              Conv2d.of(32, 5).samePadding().relu(),
              MaxPool2d.of(2),
              Conv2d.of(64, 5).samePadding().relu(),
              MaxPool2d.of(2),
              Flatten.of(),
              Dense.of(512).relu(),
              Dense.of(10)
            });
    String name = args[0];
    Input input =
        name.equals("cnn") || name.equals("norm") ? Input.of("x", 28, 28, 1) : Input.of("x", 784);
    Objective objective =
        Objective.of(
            Network.sequential(input, networks.get(name)),
            Loss.sparseCategoricalCrossEntropy(),
            Metric.accuracy());
    int steps = name.equals("cnn") || name.equals("norm") ? 20 : 300;
    TensorFlowEngine engine = TensorFlowEngine.withThreads(1);
    try (TrainingProgram program = engine.compile(objective);
        Program.BatchMemory batch = program.newTrainingBatch(ROWS);
        Bare bare = name.equals("mlp") || name.equals("cnn") ? new Bare(name) : null) {
      float[] parameters = objective.network().parameters().initialize(1);
      float[] state = objective.network().state().initialize(1);
      program.parameters().write(parameters, 0, parameters.length);
      program.state().write(state, 0, state.length);
      Rows rows = Rows.random(objective, batch.columns(), 7, ROWS);
      rows.fill(batch);
      float[] gradients = new float[parameters.length];
      List<double[]> times = new ArrayList<>();
      for (int round = 0; round < 15; round++) {
        double[] t = new double[4];
        for (int i = 0; i < steps; i++) {
          long start = System.nanoTime();
          Gradients computed = program.gradients(batch);
          long run = System.nanoTime();
          computed.read(0, gradients, 0, gradients.length);
          long read = System.nanoTime();
          program.parameters().write(parameters, 0, parameters.length);
          long end = System.nanoTime();
          t[0] += run - start;
          t[1] += read - run;
          t[2] += end - read;
        }
        if (bare != null) {
          long start = System.nanoTime();
          for (int i = 0; i < steps; i++) {
            bare.step();
          }
          t[3] = System.nanoTime() - start;
        }
        for (int i = 0; i < t.length; i++) {
          t[i] /= steps * 1e3;
        }
        times.add(t);
      }
      double[] median = new double[4];
      for (int i = 0; i < 4; i++) {
        int part = i;
        median[i] =
            times.stream().skip(3).mapToDouble(t -> t[part]).sorted().skip(6).findFirst().orElse(0);
      }
      double total = median[0] + median[1] + median[2];
      System.out.println(
          String.format(
              Locale.ROOT,
              "%s: gradients %.1f us, read %.1f us, write %.1f us, sum %.1f us; "
                  + "TensorFlow-Java with Adam %.1f us; ratio %.3f",
              name,
              median[0],
              median[1],
              median[2],
              total,
              median[3],
              median[3] / total));
      System.out.println(Arrays.toString(times.get(14)));
    }
  }

  /** A loop as one would write it with TensorFlow-Java alone. */
  private static final class Bare implements AutoCloseable {

    private final Graph graph = new Graph();
    private final Session session;
    private final Placeholder<TFloat32> x;
    private final Placeholder<TInt32> y;
    private final Operand<TFloat32> loss;
    private final List<Op> updates = new ArrayList<>();
    private final TFloat32 xs;
    private final TInt32 ys;

    Bare(String name) {
      Ops tf = Ops.create(graph);
      Network network =
          name.equals("mlp")
              ? Network.sequential(Input.of("x", 784), Dense.of(256), Dense.of(256), Dense.of(10))
              : Network.sequential(
                  Input.of("x", 28, 28, 1),
                  Conv2d.of(32, 5).samePadding(),
                  MaxPool2d.of(2),
                  Conv2d.of(64, 5).samePadding(),
                  MaxPool2d.of(2),
                  Flatten.of(),
                  Dense.of(512),
                  Dense.of(10));
      boolean pictures = !name.equals("mlp");
      org.tensorflow.ndarray.Shape shape =
          pictures
              ? org.tensorflow.ndarray.Shape.of(-1, 28, 28, 1)
              : org.tensorflow.ndarray.Shape.of(-1, 784);
      x = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
      y = tf.placeholder(TInt32.class, Placeholder.shape(org.tensorflow.ndarray.Shape.of(-1)));
      List<Variable<TFloat32>> w = new ArrayList<>();
      List<Op> init = new ArrayList<>();
      for (View view : network.parameters().views()) {
        org.tensorflow.ndarray.Shape dims =
            org.tensorflow.ndarray.Shape.of(NativeTypes.dimensions(view.spec().shape()));
        Variable<TFloat32> variable = tf.variable(dims, TFloat32.class);
        w.add(variable);
        Operand<TFloat32> value =
            view.name().endsWith("bias")
                ? tf.zeros(tf.constant(dims), TFloat32.class)
                : tf.math.mul(
                    tf.random.truncatedNormal(tf.constant(dims), TFloat32.class),
                    tf.constant(0.05f));
        init.add(tf.assign(variable, value));
      }
      Operand<TFloat32> h = x;
      int next = 0;
      if (pictures) {
        for (int i = 0; i < 2; i++) {
          h = tf.nn.conv2d(h, w.get(next), List.of(1L, 1L, 1L, 1L), "SAME");
          h = tf.nn.relu(tf.nn.biasAdd(h, w.get(next + 1)));
          h =
              tf.nn.maxPool(
                  h,
                  tf.constant(new int[] {1, 2, 2, 1}),
                  tf.constant(new int[] {1, 2, 2, 1}),
                  "VALID");
          next += 2;
        }
        h = tf.reshape(h, tf.constant(new int[] {-1, 7 * 7 * 64}));
      }
      for (; next < w.size(); next += 2) {
        h = tf.nn.biasAdd(tf.linalg.matMul(h, w.get(next)), w.get(next + 1));
        if (next + 2 < w.size()) {
          h = tf.nn.relu(h);
        }
      }
      Operand<TFloat32> oneHot = tf.oneHot(y, tf.constant(10), tf.constant(1f), tf.constant(0f));
      loss = tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(h, oneHot).loss(), tf.constant(0));
      Output<?>[] gradients =
          graph.addGradients(
              loss.asOutput(), w.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
      for (int i = 0; i < w.size(); i++) {
        org.tensorflow.ndarray.Shape dims = w.get(i).shape();
        Variable<TFloat32> m = tf.variable(dims, TFloat32.class);
        Variable<TFloat32> v = tf.variable(dims, TFloat32.class);
        init.add(tf.assign(m, tf.zeros(tf.constant(dims), TFloat32.class)));
        init.add(tf.assign(v, tf.zeros(tf.constant(dims), TFloat32.class)));
        updates.add(
            tf.train.applyAdam(
                w.get(i),
                m,
                v,
                tf.constant(0.9f),
                tf.constant(0.999f),
                tf.constant(1e-4f),
                tf.constant(0.9f),
                tf.constant(0.999f),
                tf.constant(1e-7f),
                gradients[i].expect(TFloat32.class)));
      }
      session =
          new Session(
              graph,
              ConfigProto.newBuilder()
                  .setIntraOpParallelismThreads(1)
                  .setInterOpParallelismThreads(1)
                  .build());
      Session.Runner runner = session.runner();
      init.forEach(runner::addTarget);
      runner.run();
      xs =
          TFloat32.tensorOf(
              pictures
                  ? org.tensorflow.ndarray.Shape.of(ROWS, 28, 28, 1)
                  : org.tensorflow.ndarray.Shape.of(ROWS, 784));
      java.util.Random random = new java.util.Random(3);
      xs.scalars().forEach(scalar -> scalar.setFloat((float) random.nextGaussian()));
      ys = TInt32.tensorOf(StdArrays.ndCopyOf(new int[ROWS]));
    }

    void step() {
      Session.Runner runner = session.runner().feed(x, xs).feed(y, ys).fetch(loss);
      updates.forEach(runner::addTarget);
      runner.run().close();
    }

    @Override
    public void close() {
      session.close();
      graph.close();
      xs.close();
      ys.close();
    }
  }
}
