package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Rows;
import io.kindling.loss.Loss;
import io.kindling.network.BatchNorm;
import io.kindling.network.Concatenate;
import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.Flatten;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.LayerScope;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterSpec;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.training.LocalUpdate;
import io.kindling.training.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Of tables that are only looked up, the gradient is about the rows that were. */
class SparseGradientTest {

  private final TensorFlowEngine engine = TensorFlowEngine.withThreads(1);

  private static Objective twoLookups(Embedding shared) {
    Input words = Input.ofWholeNumbers("words", 4);
    Input others = Input.ofWholeNumbers("others", 2);
    Layer table = shared.named("table");
    return Objective.of(
        Network.functional(
            List.of(words, others),
            List.of(
                BatchNorm.of()
                    .on(
                        Dense.of(2)
                            .on(
                                Concatenate.of()
                                    .on(
                                        Flatten.of().on(table.on(words)),
                                        Flatten.of().on(table.on(others))))))),
        Loss.meanSquaredError());
  }

  @Test
  void namesEachRowOnceAndGivesWhatADenseGradientHasThere() {
    Objective sparse = twoLookups(Embedding.of(50, 3));
    Objective dense = twoLookups(Embedding.of(50, 3).withDenseGradient());
    try (TrainingProgram ours = engine.compile(sparse);
        TrainingProgram other = engine.compile(dense)) {
      Rows rows = Rows.random(sparse, Rows.trainingColumns(ours), 3, 4, 3);
      float[] flat = Rows.parameters(sparse.network(), 5);
      ours.parameters().write(flat, 0, flat.length);
      // The table lies first among dense arrays, last where it is sparse.
      float[] moved = new float[other.network().parameters().size()];
      for (View view : other.network().parameters().views()) {
        View same = ours.network().parameters().view(view.name());
        System.arraycopy(flat, same.offset(), moved, view.offset(), view.size());
      }
      other.parameters().write(moved, 0, moved.length);
      Rows.Step expected = rows.step(other);
      View table = ours.network().parameters().view("table/table");
      View whole = other.network().parameters().view("table/table");
      assertThat(ours.isSparse(table)).isTrue();
      assertThat(other.isSparse(whole)).isFalse();
      try (Program.BatchMemory batch = ours.newTrainingBatch(rows.count)) {
        rows.fill(batch);
        Gradients gradients = ours.gradients(batch);
        int[] named = gradients.rowsOf(table).orElseThrow();
        assertThat(named).doesNotHaveDuplicates();
        TreeSet<Integer> lookedUp = new TreeSet<>();
        rows.columns.forEach(
            (spec, values) -> {
              if (spec.name().equals("words") || spec.name().equals("others")) {
                for (float value : values) {
                  lookedUp.add((int) value);
                }
              }
            });
        assertThat(named).containsExactlyInAnyOrder(lookedUp.stream().mapToInt(i -> i).toArray());
        float[] packed = new float[named.length * 3];
        gradients.readRows(table, packed, 0);
        float[] read = new float[table.size()];
        gradients.read(table.offset(), read, 0, read.length);
        for (int i = 0; i < named.length; i++) {
          for (int j = 0; j < 3; j++) {
            float value = expected.gradients()[whole.offset() + named[i] * 3 + j];
            assertThat(packed[i * 3 + j]).isCloseTo(value, within(1e-6f));
            assertThat(read[named[i] * 3 + j]).isEqualTo(packed[i * 3 + j]);
          }
        }
      }
    }
    assertThat(engine.memory()).hasToString("0 native tensors with 0 bytes");
  }

  @Test
  void saysWhichNumberIsInNoTable() {
    Objective objective =
        Objective.of(
            Network.sequential(Input.ofWholeNumbers("words", 2), Embedding.of(3, 2), Flatten.of()),
            Loss.meanSquaredError());
    try (TrainingProgram program = engine.compile(objective);
        Program.BatchMemory batch = program.newTrainingBatch(1)) {
      batch.column(0).asIntBuffer().put(new int[] {1, 7});
      batch.setRows(1);
      assertThatThrownBy(() -> program.gradients(batch))
          .hasMessage(
              "Failed to compute: a row holds the whole number 7 where the network looks up one of"
                  + " 0 to 2. Give the Embedding a vocabulary as large as the numbers, or correct the"
                  + " column.");
    }
  }

  /** Tables of 15 floats, which do not fill the layout. */
  @Test
  void becomesDenseForOptimizersThatNeedEveryRow() throws Exception {
    for (Optimizer optimizer :
        List.of(
            Optimizers.lbfgs(1),
            Optimizers.adam(0.1).accumulating(2),
            Optimizers.sgd(0.1).averagingParameters(0.5),
            Optimizers.momentum(0.1, 0.9).lookingAhead(2, 0.5))) {
      float[] sparse = afterThreeSteps(twoLookups(Embedding.of(5, 3)), optimizer);
      float[] dense =
          afterThreeSteps(twoLookups(Embedding.of(5, 3).withDenseGradient()), optimizer);
      assertThat(sparse).as("%s", optimizer).containsExactly(dense, within(1e-4f));
    }
  }

  /** The table's rows, after steps that all look up the same. */
  private float[] afterThreeSteps(Objective objective, Optimizer optimizer) throws Exception {
    try (TrainingProgram program = engine.compile(objective);
        LocalUpdate update = new LocalUpdate(optimizer, program)) {
      TrainingState state = TrainingState.initial(objective.network(), optimizer, 3);
      program.parameters().write(state.parameters(), 0, state.parameters().length);
      program.state().write(state.networkState(), 0, state.networkState().length);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 3, 4, 3);
      try (Program.BatchMemory batch = program.newTrainingBatch(rows.count)) {
        rows.fill(batch);
        for (int i = 0; i < 3; i++) {
          state = update.next(state, Optional.of(program.gradients(batch)), rows.count);
        }
      }
      View table = objective.network().parameters().view("table/table");
      return Arrays.copyOfRange(state.parameters(), table.offset(), table.offset() + table.size());
    }
  }

  /** Looks rows up and projects on the same table, as language models do. */
  record Tied(String name, int vocabulary, int size) implements Layer {

    @Override
    public Tied named(String name) {
      return new Tied(name, vocabulary, size);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.of(inputs.get(0).dimension(0), vocabulary);
    }

    @Override
    public List<ParameterSpec> parameters(List<Shape> inputs) {
      return Embedding.of(vocabulary, size).parameters(inputs);
    }

    @Override
    public Tensor apply(LayerScope scope, List<Tensor> inputs) {
      Tensor table = scope.parameter("table");
      return table.partsAt(inputs.get(0)).matMulTransposed(table);
    }

    @Override
    public boolean takesWholeNumbers() {
      return true;
    }
  }

  @Test
  void isDenseWhereTheTableIsNotOnlyLookedUp() {
    Objective objective =
        Objective.of(
            Network.sequential(Input.ofWholeNumbers("words", 2), new Tied(null, 6, 2)),
            Loss.meanSquaredError());
    try (TrainingProgram program = engine.compile(objective)) {
      View table = program.network().parameters().views().get(0);
      assertThat(program.isSparse(table)).isFalse();
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 3, 4);
      float[] flat = Rows.parameters(objective.network(), 5);
      program.parameters().write(flat, 0, flat.length);
      try (Program.BatchMemory batch = program.newTrainingBatch(rows.count)) {
        rows.fill(batch);
        Gradients gradients = program.gradients(batch);
        assertThat(gradients.rowsOf(table)).isEmpty();
        float[] read = new float[table.size()];
        gradients.read(table.offset(), read, 0, read.length);
        assertThat(read).doesNotContain(0f);
      }
    }
  }
}
