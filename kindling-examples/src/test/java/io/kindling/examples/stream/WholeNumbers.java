package io.kindling.examples.stream;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * Small networks over {@link NumberedRows} as SavedModels. All parameters are whole numbers of one
 * digit, so that every order of adding gives the same bits, whatever block a row is scored in.
 */
final class WholeNumbers {

  private WholeNumbers() {}

  /** Writes the network of a seed; the path as Spark takes it. */
  static String write(Path place, long seed) throws IOException {
    Network network =
        Network.sequential(
            Input.of("features", NumberedRows.FEATURES),
            Dense.of(8).relu(),
            Dense.of(2).named("scores"));
    Random random = new Random(seed);
    float[] parameters = new float[network.parameters().size()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = random.nextInt(7) - 3;
    }
    SavedModelExport.write(place, network, parameters, new float[network.state().size()]);
    return place.toUri().toString();
  }
}
