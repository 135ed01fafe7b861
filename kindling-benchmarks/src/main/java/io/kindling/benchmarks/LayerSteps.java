package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.engine.Objective;
import io.kindling.engine.Program.BatchMemory;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Add;
import io.kindling.network.BatchNorm;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.Input;
import io.kindling.network.Lstm;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.TransformerEncoder;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.tensor.TensorSpec;
import io.kindling.tensorflow.TensorFlowEngine;
import io.kindling.training.LocalUpdate;
import io.kindling.training.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Training steps of common networks against the same in PyTorch, one thread each, Adam, over one
 * batch that lies ready.
 *
 * <p>{@code kindling-benchmarks/run layers}; needs a Python with torch, see {@link PythonProcess}.
 */
final class LayerSteps implements Benchmark {

  private static final int CLASSES = 10;
  private static final int ROUNDS = 5;

  @Override
  public String name() {
    return "layers";
  }

  @Override
  public void run(Report report) throws Exception {
    measure(report, "resnet", "ResNet-8, 32 × 32 × 3, 64 rows", resnet(), 64, 5);
    measure(report, "lstm", "LSTM 64 over 50 steps of 32, 64 rows", lstm(), 64, 20);
    measure(
        report,
        "transformer",
        "transformer block, 4 heads of 16, 64 steps, 32 rows",
        transformer(),
        32,
        20);
    measure(
        report,
        "embedding-10000",
        "embedding 10 k × 32, 20 words, 128 rows",
        embedding(10_000),
        128,
        50);
    measure(
        report,
        "embedding-1000000",
        "embedding 1 M × 32, 20 words, 128 rows",
        embedding(1_000_000),
        128,
        50);
    compareSizes(report, "the same 10 k words", 10_000);
    compareSizes(report, "words drawn from all", 1_000_000);
  }

  /** A step on a large table against one on a small table. */
  private void compareSizes(Report report, String words, int drawn) throws Exception {
    try (OurSteps large = new OurSteps(embedding(1_000_000), 128, drawn);
        OurSteps small = new OurSteps(embedding(10_000), 128, 10_000)) {
      report.add(
          Comparison.alternate(
              new Case(name(), "embedding 1 M against 10 k, " + words, 1 / 1.2, "steps/s"),
              1,
              ROUNDS,
              () -> 200 / large.train(200),
              () -> 200 / small.train(200)));
    }
  }

  private void measure(
      Report report, String script, String words, Network network, int rows, int steps)
      throws Exception {
    try (OurSteps ours = new OurSteps(network, rows, vocabulary(network));
        PythonProcess torch = PythonProcess.start("layers.py", script)) {
      report.add(
          Comparison.alternate(
              new Case(name(), words, 1, "steps/s"),
              1,
              ROUNDS,
              () -> steps / ours.train(steps),
              () -> steps / torch.train(steps)));
    }
  }

  /** A program, its optimizer and one batch. */
  private static final class OurSteps implements AutoCloseable {

    private final TrainingProgram program;
    private final BatchMemory batch;
    private final LocalUpdate update;
    private TrainingState state;

    /**
     * With random rows.
     *
     * @param words how many different whole numbers features have
     */
    OurSteps(Network network, int rows, int words) {
      Objective objective = Objective.of(network, Loss.sparseCategoricalCrossEntropy());
      Optimizer adam = Optimizers.adam(1e-3);
      program = TensorFlowEngine.withThreads(1).compile(objective);
      state = TrainingState.initial(network, adam, 1);
      program.parameters().write(state.parameters(), 0, state.parameters().length);
      program.state().write(state.networkState(), 0, state.networkState().length);
      update = new LocalUpdate(adam, program);
      batch = program.newTrainingBatch(rows);
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < batch.columns().size(); i++) {
        fill(batch.column(i), batch.columns().get(i), objective, rows, words, random);
      }
      batch.setRows(rows);
    }

    private static void fill(
        ByteBuffer column,
        TensorSpec spec,
        Objective objective,
        int rows,
        int words,
        SplittableRandom random) {
      boolean isTarget = objective.targets().contains(spec);
      for (int i = 0; i < rows * spec.shape().size(); i++) {
        switch (spec.type()) {
          case FLOAT32 -> column.putFloat(i * Float.BYTES, (float) random.nextDouble());
          case INT32 ->
              column.putInt(
                  i * Integer.BYTES,
                  spec.equals(TrainingProgram.GROUP)
                      ? 0
                      : random.nextInt(isTarget ? CLASSES : words));
          default -> throw new AssertionError(spec);
        }
      }
    }

    double train(int steps) {
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        state = update.next(state, Optional.of(program.gradients(batch)), batch.rows());
      }
      return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws IOException {
      batch.close();
      program.close();
    }
  }

  private static Network resnet() {
    Input picture = Input.of("x", 32, 32, 3);
    Node x = Activate.of(Activation.RELU).on(BatchNorm.of().on(convolution(16, 3, 1).on(picture)));
    x = block(block(block(x, 16, 1), 32, 2), 64, 2);
    return Network.functional(
        List.of(picture), List.of(Dense.of(CLASSES).on(GlobalAveragePool.of().on(x))));
  }

  private static Node block(Node x, int filters, int stride) {
    Node y = BatchNorm.of().on(convolution(filters, 3, stride).on(x));
    y = convolution(filters, 3, 1).on(Activate.of(Activation.RELU).on(y));
    Node past = stride == 1 ? x : convolution(filters, 1, stride).on(x);
    return Activate.of(Activation.RELU).on(Add.of().on(BatchNorm.of().on(y), past));
  }

  private static Conv2d convolution(int filters, int kernel, int stride) {
    return Conv2d.of(filters, kernel).withStride(stride).samePadding().withoutBias();
  }

  private static Network lstm() {
    return Network.sequential(Input.of("x", 50, 32), Lstm.of(64), Dense.of(CLASSES));
  }

  private static Network transformer() {
    return Network.sequential(
        Input.of("x", 64, 64),
        TransformerEncoder.of(4, 16, 256),
        GlobalAveragePool.of(),
        Dense.of(CLASSES));
  }

  /** Words of the network's embedding, if it has one. */
  private static int vocabulary(Network network) {
    return network.parameters().views().stream()
        .filter(view -> view.name().endsWith("/table"))
        .mapToInt(view -> view.spec().shape().dimension(0))
        .findFirst()
        .orElse(1);
  }

  private static Network embedding(int words) {
    return Network.sequential(
        Input.ofWholeNumbers("x", 20),
        Embedding.of(words, 32),
        GlobalAveragePool.of(),
        Dense.of(CLASSES));
  }
}
