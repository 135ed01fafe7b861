package io.kindling.spark.scoring;

import io.kindling.engine.Engine;
import io.kindling.engine.Program;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import java.util.Objects;

/**
 * All an executor needs to load a model.
 *
 * @param id one per model and version: equal ids are one loaded model
 * @param network the network's JSON
 */
public record ModelSource(
    String id, String network, ParameterSource parameters, EngineFactory engines)
    implements LoadableModel<Program> {

  public ModelSource {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(parameters, "parameters");
    Objects.requireNonNull(engines, "engines");
  }

  Network parse() {
    return NetworkFormat.parse(network);
  }

  /** A compiled program that holds the parameters; the caller closes it. */
  @Override
  public Program load() {
    Engine engine = engines.engine();
    Program program = engine.compile(parse());
    try {
      float[] values = parameters.parameters();
      program.parameters().write(values, 0, values.length);
      float[] state = parameters.state();
      program.state().write(state, 0, state.length);
      return program;
    } catch (RuntimeException | Error e) {
      program.close();
      throw e;
    }
  }
}
