package io.kindling.model;

import io.kindling.network.Network;

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
