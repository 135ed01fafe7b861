package io.kindling.cli;

import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.Models;
import io.kindling.predict.TensorType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model on this machine that is read as one made elsewhere. */
record ForeignModel(Path path) {

  /** What stands at a path and is no saved stage; empty where there is nothing, or one is. */
  static Optional<ForeignModel> at(String path) {
    return anyAt(path).filter(model -> !Files.exists(model.path().resolve("metadata")));
  }

  /**
   * What stands at a path of this machine; a saved stage too, whose SavedModel is a model as any.
   */
  static Optional<ForeignModel> anyAt(String path) {
    if (path.contains(":") && !path.startsWith("file:")) {
      return Optional.empty();
    }
    Path local = path.startsWith("file:") ? Path.of(URI.create(path).getPath()) : Path.of(path);
    boolean isThere =
        Files.exists(local) || Files.exists(local.resolveSibling(local.getFileName() + ".index"));
    return isThere ? Optional.of(new ForeignModel(local)) : Optional.empty();
  }

  ModelDescription describe() throws IOException {
    return Models.describe(path);
  }

  static Report report(ModelDescription description) {
    return new Report()
        .with("format", description.format())
        .with("producer", description.producer())
        .with("bytes", description.bytes())
        .with("signatures", description.signatures().stream().map(ForeignModel::entries).toList())
        .with("operations", description.operations())
        .with(
            "findings",
            description.findings().stream()
                .map(each -> Map.of("kind", each.kind().toString(), "text", each.text()))
                .toList())
        .with("acceptable", description.isAcceptable());
  }

  private static Map<String, Object> entries(ModelSignature signature) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("name", signature.name());
    entries.put("inputs", signature.inputs().stream().map(ForeignModel::entries).toList());
    entries.put("outputs", signature.outputs().stream().map(ForeignModel::entries).toList());
    return entries;
  }

  private static Map<String, Object> entries(TensorType tensor) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("name", tensor.name());
    entries.put("type", tensor.type().toString());
    entries.put("shape", tensor.dimensions().orElse(List.of()));
    return entries;
  }
}
