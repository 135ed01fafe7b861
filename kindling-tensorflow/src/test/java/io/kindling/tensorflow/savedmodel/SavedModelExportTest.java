package io.kindling.tensorflow.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.Program;
import io.kindling.network.BatchNorm;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.tensor.ElementType;
import io.kindling.tensorflow.GraphNetwork;
import io.kindling.tensorflow.TensorFlowEngine;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

class SavedModelExportTest {

  private static final Network PICTURES =
      Network.sequential(
          Input.of("picture", 6, 6, 1),
          Conv2d.of(3, 3).relu(),
          BatchNorm.of(),
          MaxPool2d.of(2),
          Dropout.of(0.5),
          Flatten.of(),
          Dense.of(4).softmax().named("class"));

  @TempDir Path folder;

  @Test
  void isReadByTensorFlowAlone() throws Exception {
    sameOutputs(PICTURES, "picture", "class", Shape.of(5, 6, 6, 1));
  }

  @Test
  void writesAGraphWithoutItsLoss() throws Exception {
    GraphNetwork linear =
        GraphNetwork.of(
            g -> {
              Operand<TFloat32> x = g.input("x", 3);
              Operand<TFloat32> t =
                  g.target("t", ElementType.FLOAT32, 2).asOutput().expect(TFloat32.class);
              Operand<TFloat32> w =
                  g.parameter("my w", io.kindling.tensor.Shape.of(3, 2), Initializer.ones());
              Operand<TFloat32> y = g.tf().linalg.matMul(x, w);
              return GraphNetwork.drawn("y", y)
                  .withLoss(
                      g.tf()
                          .math
                          .mean(
                              g.tf().math.squaredDifference(y, t),
                              g.tf().constant(new int[] {0, 1})));
            });
    sameOutputs(linear, "x", "y", Shape.of(5, 3));
  }

  private void sameOutputs(Network network, String input, String output, Shape shape)
      throws Exception {
    Random random = new Random(5);
    float[] parameters = random(random, network.parameters().size());
    float[] state = network.state().initialize(3);
    float[] values = random(random, (int) shape.size());
    float[] expected = new float[5 * network.outputs().get(0).shape().size()];
    TensorFlowEngine engine = TensorFlowEngine.withThreads(1);
    try (Program program = engine.compile(network);
        Program.BatchMemory batch = program.newBatch(5)) {
      program.parameters().write(parameters, 0, parameters.length);
      program.state().write(state, 0, state.length);
      batch.column(0).asFloatBuffer().put(values);
      batch.setRows(5);
      try (Program.Outputs outputs = program.outputs(batch)) {
        outputs.column(0).asFloatBuffer().get(expected);
      }
    }
    Path target = folder.resolve("model");
    SavedModelExport.write(target, network, parameters, state);
    assertThat(target.resolve("variables/variables.index")).exists();
    float[] actual = new float[expected.length];
    try (SavedModelBundle model = SavedModelBundle.load(target.toString(), "serve");
        TFloat32 rows = TFloat32.tensorOf(shape, DataBuffers.of(values));
        Result result = model.function("serving_default").call(Map.of(input, rows))) {
      ((TFloat32) result.get(output).orElseThrow()).copyTo(DataBuffers.of(actual));
    }
    assertThat(actual).containsExactly(expected, within(1e-6f));
  }

  private static float[] random(Random random, int size) {
    FloatBuffer values = FloatBuffer.allocate(size);
    while (values.hasRemaining()) {
      values.put((float) random.nextGaussian());
    }
    return values.array();
  }

  @Test
  void rejectsAFolderWithFiles() throws Exception {
    Files.writeString(folder.resolve("precious"), "");
    assertThatThrownBy(() -> SavedModelExport.write(folder, PICTURES, new float[0], new float[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid array of 0 floats: the network's parameters are one flat");
    float[] parameters = PICTURES.parameters().initialize(1);
    float[] state = PICTURES.state().initialize(1);
    assertThatThrownBy(() -> SavedModelExport.write(folder, PICTURES, parameters, state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid folder " + folder + " for a SavedModel: it is not empty. Name a new one.");
  }
}
