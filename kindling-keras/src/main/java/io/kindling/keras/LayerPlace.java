package io.kindling.keras;

import java.util.List;

/**
 * Where a layer stands in a file.
 *
 * @param folder of a {@code .keras} file's arrays: {@code layers/sequential/layers/dense_1}
 * @param top the layer of the outermost model that it is, or is inside of
 * @param order its places in the lists of layers, from the outermost model inwards
 */
record LayerPlace(String folder, String top, List<Integer> order)
    implements Comparable<LayerPlace> {

  LayerPlace {
    order = List.copyOf(order);
  }

  @Override
  public int compareTo(LayerPlace other) {
    for (int i = 0; i < Math.min(order.size(), other.order.size()); i++) {
      int compared = order.get(i).compareTo(other.order.get(i));
      if (compared != 0) {
        return compared;
      }
    }
    return Integer.compare(order.size(), other.order.size());
  }
}
