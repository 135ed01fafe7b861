package io.kindling.predict;

import java.util.List;
import java.util.Map;

/** A model in an engine's memory, ready to score. Safe for use by many threads at once. */
public interface LoadedModel extends AutoCloseable {

  /** What its files said. */
  ModelDescription description();

  /**
   * Computes outputs of inputs.
   *
   * @param signature the name of one of the description's
   * @param inputs a value for each of the signature's inputs, by name; borrowed until this returns
   * @param outputs names of those to compute; others cost nothing where the engine can leave them
   *     out
   * @return the outputs, in the order asked for, on the heap
   * @throws IllegalArgumentException if the signature has no such inputs or outputs, or a value
   *     does not fit; names all mismatches
   * @throws io.kindling.engine.EngineException if the engine refuses to compute
   * @throws IllegalStateException if the model is closed
   */
  Map<String, TensorValue> run(
      String signature, Map<String, TensorValue> inputs, List<String> outputs);

  /** Frees the memory, once the runs have ended that are under way. Closing twice is harmless. */
  @Override
  void close();
}
