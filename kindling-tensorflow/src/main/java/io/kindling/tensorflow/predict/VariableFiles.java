package io.kindling.tensorflow.predict;

import io.kindling.predict.ModelFolder;
import io.kindling.predict.ModelLimits;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the files of a graph's variables, {@code prefix.index} and {@code prefix.data-…}. */
final class VariableFiles {

  private VariableFiles() {}

  /**
   * The prefix, once all its files are known to lie inside the model's folder and to hold what
   * their index says.
   *
   * @param prefix relative to the folder, with slashes
   * @return empty if there is no index
   * @throws RefusedModelException if a file leads outside or is missing, or the index is damaged
   */
  static Optional<Path> prefix(ModelFolder inside, Path folder, String prefix, ModelLimits limits)
      throws IOException {
    if (!inside.has(prefix + ".index")) {
      return Optional.empty();
    }
    Path index = inside.file(prefix + ".index");
    WireBudget budget = new WireBudget(folder, inside.size(index), limits);
    Map<Integer, Long> known = new HashMap<>();
    try {
      BundleIndex.check(
          WireMessage.read(index, budget),
          budget,
          (shard, count) ->
              known.computeIfAbsent(shard, key -> shardBytes(inside, prefix, shard, count)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return Optional.of(folder.toAbsolutePath().resolve(prefix));
  }

  private static long shardBytes(ModelFolder inside, String prefix, int shard, int count) {
    try {
      return inside.size(inside.file("%s.data-%05d-of-%05d".formatted(prefix, shard, count)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
