package io.kindling.model;

import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import java.util.List;

/**
 * A network with its numbers.
 *
 * @param parameters the flat parameter array, in the network's layout; handed over, not to be
 *     changed
 * @param state the flat array of mutable state, in the network's layout; handed over, not to be
 *     changed
 */
public record TrainedModel(
    Network network, float[] parameters, float[] state, Provenance provenance) {

  public TrainedModel {
    check("parameters", parameters.length, network.parameters().size());
    check("state", state.length, network.state().size());
  }

  /**
   * This model up to other outputs: the values of layers inside its network.
   *
   * @throws IllegalArgumentException if the network has no such layers
   */
  public TrainedModel withOutputs(List<String> layers) {
    Network part = network.withOutputs(layers);
    return new TrainedModel(
        part,
        picked(parameters, network.parameters(), part.parameters()),
        picked(state, network.state(), part.state()),
        provenance);
  }

  /** The arrays of one layout, by their names out of another. */
  private static float[] picked(float[] values, ParameterLayout from, ParameterLayout to) {
    float[] picked = new float[to.size()];
    for (ParameterLayout.View view : to.views()) {
      int place = from.view(view.name()).offset();
      System.arraycopy(values, place, picked, view.offset(), view.size());
    }
    return picked;
  }

  private static void check(String what, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          "Invalid model: "
              + length
              + " floats of "
              + what
              + ", but the network's layout has "
              + expected
              + ".");
    }
  }
}
