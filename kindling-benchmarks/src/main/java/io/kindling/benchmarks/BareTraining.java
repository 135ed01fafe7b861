package io.kindling.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A training loop as one writes it with TensorFlow-Java alone, made to be fast: variables and Adam
 * in the graph, batches that lie ready as tensors, the loss fetched in each step. Operations run in
 * the caller's thread, without a queue between them, as Kindling's do; whether TensorFlow's
 * default, a thread of its own, is slower has not been measured.
 */
final class BareTraining implements AutoCloseable {

  private static final RunOptions IN_CALLERS_THREAD =
      RunOptions.newBuilder().setInterOpThreadPool(-1).build();

  private final Graph graph = new Graph();
  private final Placeholder<TFloat32> images;
  private final Placeholder<TInt32> labels;
  private final Operand<TFloat32> loss;
  private final List<Op> updates = new ArrayList<>();
  private final Session session;
  private final List<Images.Tensors> batches;
  private int next;

  /** Borrows the batches. */
  BareTraining(Architecture architecture, List<Images.Tensors> batches) {
    this.batches = batches;
    Ops tf = Ops.create(graph);
    images =
        tf.placeholder(
            TFloat32.class, Placeholder.shape(Shape.of(-1).append(Shape.of(architecture.image()))));
    labels = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    List<Variable<TFloat32>> variables = new ArrayList<>();
    List<Op> starts = new ArrayList<>();
    Operand<TFloat32> logits =
        architecture.logits(
            tf,
            images,
            (shape, start) -> {
              Variable<TFloat32> variable = tf.variable(Shape.of(shape), TFloat32.class);
              variables.add(variable);
              starts.add(
                  tf.assign(
                      variable,
                      start.apply(tf.random.truncatedNormal(tf.constant(shape), TFloat32.class))));
              return variable;
            });
    Operand<TFloat32> targets =
        tf.oneHot(labels, tf.constant(Images.CLASSES), tf.constant(1f), tf.constant(0f));
    loss =
        tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss(), tf.constant(0));
    addAdam(tf, variables, starts);
    session =
        new Session(
            graph,
            ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(1)
                .setInterOpParallelismThreads(1)
                .build());
    Session.Runner runner = session.runner();
    starts.forEach(runner::addTarget);
    runner.run().close();
  }

  private void addAdam(Ops tf, List<Variable<TFloat32>> variables, List<Op> starts) {
    Output<?>[] gradients =
        graph.addGradients(
            loss.asOutput(), variables.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> beta1 = tf.constant(0.9f);
    Operand<TFloat32> beta2 = tf.constant(0.999f);
    Variable<TFloat32> beta1Power = tf.variable(Shape.scalar(), TFloat32.class);
    Variable<TFloat32> beta2Power = tf.variable(Shape.scalar(), TFloat32.class);
    starts.add(tf.assign(beta1Power, one));
    starts.add(tf.assign(beta2Power, one));
    Operand<TFloat32> power1 = tf.assign(beta1Power, tf.math.mul(beta1Power, beta1));
    Operand<TFloat32> power2 = tf.assign(beta2Power, tf.math.mul(beta2Power, beta2));
    for (int i = 0; i < gradients.length; i++) {
      Variable<TFloat32> variable = variables.get(i);
      Variable<TFloat32> m = tf.variable(variable.shape(), TFloat32.class);
      Variable<TFloat32> v = tf.variable(variable.shape(), TFloat32.class);
      Operand<TFloat32> zeros = tf.zeros(tf.constant(variable.shape()), TFloat32.class);
      starts.add(tf.assign(m, zeros));
      starts.add(tf.assign(v, zeros));
      updates.add(
          tf.train.applyAdam(
              variable,
              m,
              v,
              power1,
              power2,
              tf.constant(1e-3f),
              beta1,
              beta2,
              tf.constant(1e-8f),
              gradients[i].expect(TFloat32.class)));
    }
  }

  /** Takes steps, and says how many seconds they took. */
  double train(int steps) {
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step(batches.get(next));
      next = (next + 1) % batches.size();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void step(Images.Tensors batch) {
    Session.Runner runner =
        session
            .runner()
            .setOptions(IN_CALLERS_THREAD)
            .feed(images, batch.images())
            .feed(labels, batch.labels())
            .fetch(loss);
    updates.forEach(runner::addTarget);
    try (Result fetched = runner.run()) {
      float now = ((TFloat32) fetched.get(0)).getFloat();
      if (Float.isNaN(now)) {
        throw new IllegalStateException("The bare loop's loss is not a number.");
      }
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
