package io.kindling.keras;

import io.kindling.tensor.Shape;
import java.util.List;

/**
 * The arrays of one layer of a file, in Keras's order: those it trains, then the others.
 *
 * @param place where the layer stands in the file
 * @param isTrainable whether it was being trained; Keras lists the arrays of one that was not among
 *     those it does not train
 */
record LayerWeights(LayerPlace place, boolean isTrainable, List<Stored> arrays) {

  LayerWeights {
    arrays = List.copyOf(arrays);
  }

  /**
   * One array in the file.
   *
   * @param title of the layer, for messages
   * @param folder of the part of the layer that has it, such as {@code cell}; empty for the layer
   * @param index among the arrays of that part
   * @param isTrained whether it is a parameter, not state
   * @param targets what becomes of it, part by part
   */
  record Stored(
      String title,
      String folder,
      int index,
      boolean isTrained,
      Shape shape,
      List<Target> targets) {

    Stored {
      targets = List.copyOf(targets);
    }
  }

  /** What becomes of elements of an array. */
  enum Use {
    PARAMETER,
    STATE,
    /** A setting of the layer: the network is made again once it is known. */
    CONSTANT
  }

  /**
   * Elements of an array that become one of ours, in their order.
   *
   * @param name of ours
   * @param from the first of them in the file's array
   */
  record Target(Use use, String name, int from, int length) {}
}
