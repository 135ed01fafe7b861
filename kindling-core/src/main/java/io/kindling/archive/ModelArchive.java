package io.kindling.archive;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.model.Provenance;
import io.kindling.model.TrainedModel;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.network.ParameterLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A saved model: a folder with
 *
 * <ul>
 *   <li>{@code kindling.json}: layout version, network, provenance, and size and SHA-256 of every
 *       other file;
 *   <li>{@code parameters.f32}, {@code state.f32}: the named arrays one behind the other in the
 *       order of the network's layout, without gaps, as little-endian 32-bit floats;
 *   <li>whatever else was put there before it was sealed, such as {@code saved_model/} for other
 *       readers.
 * </ul>
 *
 * Works on local folders; storage elsewhere copies whole folders.
 */
public final class ModelArchive {

  static final String DESCRIPTION = "kindling.json";
  static final String PARAMETERS = "parameters.f32";
  static final String STATE = "state.f32";
  private static final String FORMAT = "kindling-model";
  private static final int VERSION = 1;
  private static final int BLOCK = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder(NetworkFormat.jsonFactory())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Size and checksum of one file. */
  record Sealed(@JsonProperty("bytes") long bytes, @JsonProperty("sha256") String sha256) {}

  /** What {@code kindling.json} holds. */
  record Description(
      @JsonProperty("format") String format,
      @JsonProperty("version") int version,
      @JsonProperty("network") String network,
      @JsonProperty("provenance") Provenance provenance,
      @JsonProperty("files") Map<String, Sealed> files) {}

  private ModelArchive() {}

  /**
   * Writes a model into a folder and seals it: every file that is there, whoever wrote it, gets its
   * checksum into the description, which is written last.
   */
  public static void write(Path folder, TrainedModel model) throws IOException {
    Files.createDirectories(folder);
    writeArrays(folder.resolve(PARAMETERS), model.network().parameters(), model.parameters());
    writeArrays(folder.resolve(STATE), model.network().state(), model.state());
    Map<String, Sealed> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        if (!name.equals(DESCRIPTION)) {
          files.put(name, seal(path));
        }
      }
    }
    Description description =
        new Description(FORMAT, VERSION, model.network().toJson(), model.provenance(), files);
    try (OutputStream out = Files.newOutputStream(folder.resolve(DESCRIPTION))) {
      JSON.writeValue(out, description);
    }
  }

  /**
   * Reads a model, having checked that every sealed file is there, whole and unchanged.
   *
   * @throws IOException if the folder holds no such model, or one that was damaged; the message
   *     says which file
   */
  public static TrainedModel read(Path folder) throws IOException {
    Description description = description(folder);
    Path root = folder.toRealPath();
    for (Map.Entry<String, Sealed> file : description.files().entrySet()) {
      verify(root, file.getKey(), file.getValue());
    }
    Network network;
    try {
      network = NetworkFormat.parse(description.network());
    } catch (IllegalArgumentException e) {
      throw new IOException("Failed to read the model in " + folder + ": " + e.getMessage(), e);
    }
    return new TrainedModel(
        network,
        readArrays(root, PARAMETERS, description, network.parameters()),
        readArrays(root, STATE, description, network.state()),
        description.provenance());
  }

  private static Description description(Path folder) throws IOException {
    Path file = folder.resolve(DESCRIPTION);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "Failed to read a model from "
              + folder
              + ": it has no "
              + DESCRIPTION
              + ", so it is no complete model.");
    }
    Description description;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      description = JSON.readValue(in, Description.class);
      if (description == null) {
        throw new IOException("Failed to read " + file + ": its text is 'null'.");
      }
    } catch (JsonProcessingException e) {
      throw new IOException("Failed to read " + file + ": " + e.getOriginalMessage(), e);
    }
    if (!FORMAT.equals(description.format()) || description.version() != VERSION) {
      throw new IOException(
          "Unsupported model in "
              + folder
              + ": format '"
              + description.format()
              + "' version "
              + description.version()
              + ". This Kindling reads "
              + FORMAT
              + " version "
              + VERSION
              + ".");
    }
    return description;
  }

  private static void verify(Path root, String name, Sealed sealed) throws IOException {
    Path file = root.resolve(name).normalize();
    if (!file.startsWith(root)
        || !Files.isRegularFile(file)
        || !file.toRealPath().startsWith(root)) {
      throw new IOException(
          "Failed to read the model in "
              + root
              + ": its file '"
              + name
              + "' is missing or outside it.");
    }
    Sealed found = seal(file);
    if (sealed == null) {
      throw new IOException(
          "Failed to read the model in " + root + ": its file '" + name + "' has no checksum.");
    }
    if (!found.equals(sealed)) {
      throw new IOException(
          "Failed to read the model in "
              + root
              + ": its file '"
              + name
              + "' has changed since it was written: "
              + found.bytes()
              + " bytes of SHA-256 "
              + found.sha256()
              + ", expected "
              + sealed.bytes()
              + " of "
              + sealed.sha256()
              + ".");
    }
  }

  private static Sealed seal(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
    byte[] block = new byte[BLOCK];
    long bytes = 0;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        bytes += read;
      }
    }
    return new Sealed(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  private static void writeArrays(Path file, ParameterLayout layout, float[] values)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (ParameterLayout.View view : layout.views()) {
        for (int done = 0; done < view.size(); ) {
          int length = Math.min(BLOCK / Float.BYTES, view.size() - done);
          block.clear();
          block.asFloatBuffer().put(values, view.offset() + done, length);
          block.limit(length * Float.BYTES);
          while (block.hasRemaining()) {
            out.write(block);
          }
          done += length;
        }
      }
    }
  }

  private static float[] readArrays(
      Path root, String name, Description description, ParameterLayout layout) throws IOException {
    Sealed sealed = description.files().get(name);
    long expected = layout.count() * Float.BYTES;
    if (sealed == null || sealed.bytes() != expected) {
      throw new IOException(
          "Failed to read the model in "
              + root
              + ": its file '"
              + name
              + "' has "
              + (sealed == null ? "no entry" : sealed.bytes() + " bytes")
              + ", but the network needs "
              + expected
              + ".");
    }
    float[] values = new float[layout.size()];
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel in = FileChannel.open(root.resolve(name), StandardOpenOption.READ)) {
      for (ParameterLayout.View view : layout.views()) {
        for (int done = 0; done < view.size(); ) {
          int length = Math.min(BLOCK / Float.BYTES, view.size() - done);
          block.clear().limit(length * Float.BYTES);
          while (block.hasRemaining()) {
            if (in.read(block) < 0) {
              throw new IOException(
                  "Failed to read " + root.resolve(name) + ": it ends too early.");
            }
          }
          block.flip();
          block.asFloatBuffer().get(values, view.offset() + done, length);
          done += length;
        }
      }
    }
    return values;
  }
}
