package io.kindling.spark.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.SessionFunction;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * TensorFlow without Kindling: loads the SavedModel in the first argument, feeds the rows in the
 * file of the second, one per line, and prints the outputs.
 */
final class ServeSavedModel {

  private ServeSavedModel() {}

  public static void main(String[] arguments) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(arguments[1]));
    int size = lines.get(0).split(" ", -1).length;
    float[] values = new float[lines.size() * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(lines.get(i / size).split(" ", -1)[i % size]);
    }
    try (SavedModelBundle bundle = SavedModelBundle.load(arguments[0], "serve");
        TFloat32 rows = TFloat32.tensorOf(Shape.of(lines.size(), size), DataBuffers.of(values))) {
      SessionFunction serving = bundle.function("serving_default");
      String input = serving.signature().inputNames().iterator().next();
      try (Result result = serving.call(Map.of(input, rows))) {
        TFloat32 outputs = (TFloat32) result.get(0);
        outputs.scalars().forEach(each -> System.out.println(each.getFloat()));
      }
    }
  }
}
