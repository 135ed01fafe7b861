package io.kindling.keras;

import io.jhdf.api.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Arrays as {@code .keras} files have them: a folder for each layer, named after its class and
 * numbered among those of its class, with folders of its parts inside.
 */
final class LayerTree extends StoredWeights {

  private static final String LAYERS = "layers";

  /** What Keras 2.12 to 2.15 had in its place. */
  private static final String EARLIER = "_layer_checkpoint_dependencies";

  LayerTree(Hdf5 hdf5, Path temporary) {
    super(hdf5, Optional.of(temporary));
  }

  @Override
  void find(Hdf5 hdf5, List<LayerWeights> layers, List<Found> found, Findings findings)
      throws IOException {
    boolean isEarlier = hdf5.group(hdf5.root(), EARLIER).isPresent();
    for (LayerWeights layer : layers) {
      String folder = layer.place().folder();
      for (LayerWeights.Stored array : layer.arrays()) {
        String path =
            (isEarlier ? folder.replaceAll("(^|/)" + LAYERS + "/", "$1" + EARLIER + "/") : folder)
                + (array.folder().isEmpty() ? "" : "/" + array.folder())
                + "/vars/"
                + array.index();
        Optional<Dataset> dataset = hdf5.dataset(hdf5.root(), path);
        if (dataset.isPresent()) {
          found.add(new Found(array, dataset.get()));
        } else {
          findings.add(array.title() + ": its array '" + path + "' is not in the file");
        }
      }
    }
  }
}
