package io.kindling.keras;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jhdf.api.Group;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What Keras has written, taken apart: the configuration as a tree, and the arrays.
 *
 * @param file its name, for messages
 * @param version of Keras, such as {@code 3.8.0}; {@code 2.0.0} where the file does not say
 * @param weights takes care of the arrays; closed with this
 */
record KerasFile(Path file, JsonNode configuration, String version, StoredWeights weights)
    implements AutoCloseable {

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.JSON_DEPTH)
                          .maxDocumentLength(Limits.CONFIGURATION_BYTES)
                          .maxStringLength(Limits.CONFIGURATION_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  /**
   * Opens a file of either kind, told by its first bytes.
   *
   * @throws IOException if it is damaged, hostile or of another kind; the message says what
   * @throws IllegalArgumentException if it holds weights only, or is of Keras 1
   */
  static KerasFile open(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(8);
    }
    if (KerasArchive.hasMagic(start)) {
      return KerasArchive.open(file);
    }
    if (Hdf5.hasMagic(start)) {
      return ofHdf5(file);
    }
    throw new IOException(
        "Failed to read "
            + file
            + ": its first bytes are neither those of a zip file, as .keras files are, nor those of"
            + " HDF5. Save the model with model.save('model.keras').");
  }

  private static KerasFile ofHdf5(Path file) throws IOException {
    Hdf5 hdf5 = Hdf5.open(file, file);
    try {
      Optional<String> text = hdf5.text(hdf5.root(), "model_config");
      if (text.isEmpty()) {
        throw weightsOnly(file);
      }
      Optional<Group> group = hdf5.group(hdf5.root(), "model_weights");
      if (group.isEmpty()) {
        throw new IOException(
            "Failed to read " + file + ": it has a configuration but no group 'model_weights'.");
      }
      String version =
          hdf5.text(hdf5.root(), "keras_version")
              .or(() -> Optional.of("2.0.0"))
              .filter(each -> !each.isBlank())
              .orElse("2.0.0");
      refuseKeras1(file, version);
      JsonNode configuration =
          parsed(file, "model_config", text.get().getBytes(StandardCharsets.UTF_8));
      return new KerasFile(file, configuration, version, new LayerLists(hdf5, group.get()));
    } catch (IOException | RuntimeException e) {
      hdf5.close();
      throw e;
    }
  }

  static IllegalArgumentException weightsOnly(Path file) {
    return new IllegalArgumentException(
        "Unsupported Keras file "
            + file
            + ": it holds weights only, no model. Load them into their model in Python and save the"
            + " whole of it with model.save('model.keras').");
  }

  private static void refuseKeras1(Path file, String version) {
    if (version.startsWith("0.") || version.startsWith("1.")) {
      throw new IllegalArgumentException(
          "Unsupported Keras file "
              + file
              + ": it was written by Keras "
              + version
              + ". Load it with Keras 2 and save it again.");
    }
  }

  /** A tree of a JSON text, refused where it is too long or too deep. */
  static JsonNode parsed(Path file, String part, byte[] text) throws IOException {
    if (text.length > Limits.CONFIGURATION_BYTES) {
      throw new IOException(
          "Failed to read "
              + file
              + ": its "
              + part
              + " has "
              + text.length
              + " bytes, more than "
              + Limits.CONFIGURATION_BYTES
              + ".");
    }
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (IOException e) {
      String why =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      throw new IOException("Failed to read " + file + ": its " + part + " is no JSON. " + why, e);
    }
    if (tree == null || !tree.isObject()) {
      throw new IOException("Failed to read " + file + ": its " + part + " is no JSON object.");
    }
    return tree;
  }

  boolean isOfKeras2() {
    return version.startsWith("2.");
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
