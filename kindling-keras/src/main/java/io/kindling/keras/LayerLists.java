package io.kindling.keras;

import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.kindling.keras.LayerWeights.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Arrays as {@code .h5} files have them: for each layer of the outermost model the list of its
 * arrays, those of models inside it included, first all that are trained and then all others.
 */
final class LayerLists extends StoredWeights {

  private final Group weights;

  /** Reads the lists in a group. */
  LayerLists(Hdf5 hdf5, Group weights) {
    super(hdf5, Optional.empty());
    this.weights = weights;
  }

  @Override
  void find(Hdf5 hdf5, List<LayerWeights> layers, List<Found> found, Findings findings)
      throws IOException {
    Map<String, List<LayerWeights>> byTop = new LinkedHashMap<>();
    layers.stream()
        .sorted((one, other) -> one.place().compareTo(other.place()))
        .forEach(
            layer ->
                byTop.computeIfAbsent(layer.place().top(), top -> new ArrayList<>()).add(layer));
    for (Map.Entry<String, List<LayerWeights>> top : byTop.entrySet()) {
      List<Stored> arrays = inOrder(top.getValue());
      Optional<Group> group = hdf5.group(weights, top.getKey());
      List<String> names =
          group.isEmpty() ? List.of() : hdf5.texts(group.get(), "weight_names").orElse(List.of());
      if (names.size() != arrays.size()) {
        findings.add(
            "layer '"
                + top.getKey()
                + "': the file has "
                + names.size()
                + " arrays of it, but its configuration makes them "
                + arrays.size());
        continue;
      }
      for (int i = 0; i < names.size(); i++) {
        Optional<Dataset> dataset = hdf5.dataset(group.get(), names.get(i));
        if (dataset.isPresent()) {
          found.add(new Found(arrays.get(i), dataset.get()));
        } else {
          findings.add(
              arrays.get(i).title() + ": its array '" + names.get(i) + "' is not in the file");
        }
      }
    }
  }

  private static List<Stored> inOrder(List<LayerWeights> layers) {
    List<Stored> arrays = new ArrayList<>();
    for (LayerWeights layer : layers) {
      if (layer.isTrainable()) {
        layer.arrays().stream().filter(Stored::isTrained).forEach(arrays::add);
      }
    }
    for (LayerWeights layer : layers) {
      layer.arrays().stream()
          .filter(array -> !layer.isTrainable() || !array.isTrained())
          .forEach(arrays::add);
    }
    return arrays;
  }
}
