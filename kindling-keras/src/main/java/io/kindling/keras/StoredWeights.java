package io.kindling.keras;

import io.jhdf.api.Dataset;
import io.kindling.predict.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The arrays of a file, found in one of the two orders and under the names that Keras has. */
abstract class StoredWeights implements AutoCloseable {

  /** Where an array of a layer is. */
  record Found(LayerWeights.Stored array, Dataset dataset) {}

  private final Hdf5 hdf5;
  private final Optional<Path> temporary;

  /**
   * Takes a file over.
   *
   * @param temporary to be deleted with this
   */
  StoredWeights(Hdf5 hdf5, Optional<Path> temporary) {
    this.hdf5 = hdf5;
    this.temporary = temporary;
  }

  /**
   * Finds the arrays of layers; one that is not there, or of another shape, is a finding.
   *
   * @param layers all of the model, each once
   */
  final List<Found> find(List<LayerWeights> layers, Findings findings) throws IOException {
    List<Found> found = new ArrayList<>();
    find(hdf5, layers, found, findings);
    List<Found> suitable = new ArrayList<>();
    for (Found each : found) {
      if (each.array().targets().isEmpty()) {
        continue;
      }
      String shape = hdf5.shape(each.dataset()).toString();
      if (shape.equals(each.array().shape().toString())) {
        suitable.add(each);
      } else {
        findings.add(
            Finding.Kind.SHAPE,
            each.array().title()
                + ": its array "
                + each.dataset().getPath()
                + " has shape "
                + shape
                + ", but its configuration makes it "
                + each.array().shape());
      }
    }
    return suitable;
  }

  abstract void find(Hdf5 hdf5, List<LayerWeights> layers, List<Found> found, Findings findings)
      throws IOException;

  /** Copies part of an array. */
  final void copy(Found found, int from, float[] into, int offset, int length) throws IOException {
    hdf5.copy(found.dataset(), from, into, offset, length);
  }

  /** Bytes of the file that the arrays are in. */
  final long bytes() {
    return hdf5.bytes();
  }

  @Override
  public final void close() throws IOException {
    hdf5.close();
    if (temporary.isPresent()) {
      Files.deleteIfExists(temporary.get());
    }
  }
}
