package io.kindling.predict;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A model and the calls that use it: it is closed when it was replaced and its last call ends. */
final class ServedModel {

  private final LoadedModel model;
  private final OpenRuns calls;

  /** Signatures that were seen not to give a row for a row. */
  private final Set<String> unjoinable = ConcurrentHashMap.newKeySet();

  /** Takes ownership of {@code model}. */
  ServedModel(LoadedModel model) {
    this.model = model;
    this.calls = new OpenRuns("The predictor", model::close);
  }

  LoadedModel model() {
    return model;
  }

  OpenRuns calls() {
    return calls;
  }

  /** Whether rows of several calls may be computed together. */
  boolean isJoinable(ModelSignature signature) {
    return !unjoinable.contains(signature.name())
        && !signature.inputs().isEmpty()
        && signature.inputs().stream().allMatch(TensorType::hasFreeRows)
        && signature.outputs().stream().allMatch(TensorType::hasFreeRows);
  }

  void neverJoin(String signature) {
    unjoinable.add(signature);
  }
}
