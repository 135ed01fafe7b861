package io.kindling.predict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folder of one model, out of which none of its files leads. Names come from the model itself;
 * each is refused that is absolute, climbs, or is a link to elsewhere. For one thread.
 */
public final class ModelFolder {

  private final Path folder;
  private final Path real;
  private final ModelLimits limits;
  private final Map<Path, Long> files = new TreeMap<>();
  private long bytes;

  /**
   * @param folder may itself be a link: whoever names it says what it is
   * @throws IOException if it is not there
   */
  public ModelFolder(Path folder, ModelLimits limits) throws IOException {
    this.folder = folder;
    this.real = folder.toRealPath();
    this.limits = limits;
  }

  /** The folder of a file. */
  public static ModelFolder of(Path file, ModelLimits limits) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    return new ModelFolder(parent == null ? file.toAbsolutePath() : parent, limits);
  }

  /**
   * The file of this name, links resolved; its bytes count.
   *
   * @param name relative to the folder, with slashes
   * @throws RefusedModelException if it lies outside, is not there, is no file, or the model's
   *     files are together larger than the limits allow
   */
  public Path file(String name) throws IOException {
    Path named = inside(name);
    Path resolved;
    try {
      resolved = named.toRealPath();
    } catch (NoSuchFileException e) {
      throw refused("'" + Finding.clipped(name) + "' is missing. Copy the whole model.");
    }
    if (!resolved.startsWith(real)) {
      throw refused(
          "'"
              + Finding.clipped(name)
              + "' is a link that leads out of the model's folder. Copy the file into it.");
    }
    if (!Files.isRegularFile(resolved)) {
      throw refused("'" + Finding.clipped(name) + "' is no file.");
    }
    if (!files.containsKey(resolved)) {
      long size = Files.size(resolved);
      files.put(resolved, size);
      bytes += size;
      if (bytes > limits.bytes()) {
        throw new RefusedModelException(
            folder,
            List.of(
                new Finding(
                    Finding.Kind.SIZE,
                    "the model's files have more than %d bytes (limit 'bytes')"
                        .formatted(limits.bytes()))));
      }
    }
    return resolved;
  }

  /** How long one of the files is that were asked for. */
  public long size(Path file) {
    return files.getOrDefault(file, 0L);
  }

  /** Whether there is a file or folder of this name, inside. */
  public boolean has(String name) {
    return Files.exists(inside(name));
  }

  private Path inside(String name) {
    boolean isAbsolute =
        name.startsWith("/") || name.startsWith("\\") || name.matches("(?s)^\\p{Alpha}:.*");
    if (isAbsolute) {
      throw refused(
          "'"
              + Finding.clipped(name)
              + "' is an absolute path. A model names files inside its folder.");
    }
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      throw refused("'" + Finding.clipped(name) + "' is no name of a file.");
    }
    for (Path part : path) {
      if (part.toString().equals("..")) {
        throw refused(
            "'"
                + Finding.clipped(name)
                + "' climbs out of its folder. A model names files inside its folder.");
      }
    }
    if (name.isBlank() || name.contains("\\")) {
      throw refused(
          "'" + Finding.clipped(name) + "' is no name of a file inside the model's folder.");
    }
    return folder.resolve(path);
  }

  private RefusedModelException refused(String text) {
    return new RefusedModelException(folder, List.of(new Finding(Finding.Kind.PATH, text)));
  }

  /** Bytes of all files that were asked for, each once. */
  public long bytes() {
    return bytes;
  }
}
