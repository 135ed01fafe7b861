package io.kindling.engine.reference;

import io.kindling.engine.Engine;
import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import java.util.Optional;

/** Computes networks of layers in plain double arithmetic. */
public final class ReferenceEngine implements Engine {

  @Override
  public Program compile(Network network) {
    return new ReferenceProgram(layersOf(network), Optional.empty());
  }

  @Override
  public TrainingProgram compile(Objective objective) {
    return new ReferenceProgram(layersOf(objective.network()), Optional.of(objective));
  }

  private static LayerNetwork layersOf(Network network) {
    if (network instanceof LayerNetwork layers) {
      return layers;
    }
    throw new IllegalArgumentException(
        "Unsupported network " + network.getClass().getName() + ". Use a network of layers.");
  }
}
