package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.ModelFolder;
import io.kindling.predict.RefusedModelException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the files of a graph's variables, {@code prefix.index} and {@code prefix.data-…}. */
final class VariableFiles {

  private VariableFiles() {}

  /**
   * The prefix, once all its files are known to lie inside the model's folder.
   *
   * @param prefix relative to the folder, with slashes
   * @return empty if there is no index
   * @throws RefusedModelException if a file leads outside, or there is an index without data
   */
  static Optional<Path> prefix(ModelFolder inside, Path folder, String prefix) throws IOException {
    if (!inside.has(prefix + ".index")) {
      return Optional.empty();
    }
    inside.file(prefix + ".index");
    Path parent = folder.resolve(prefix).getParent();
    String name = prefix.substring(prefix.lastIndexOf('/') + 1) + ".data-";
    String before = prefix.substring(0, prefix.lastIndexOf('/') + 1);
    List<String> data = new ArrayList<>();
    if (parent != null && Files.isDirectory(parent)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(parent)) {
        for (Path file : files) {
          if (file.getFileName().toString().startsWith(name)) {
            data.add(before + file.getFileName());
          }
        }
      }
    }
    if (data.isEmpty()) {
      throw new RefusedModelException(
          folder,
          List.of(
              new Finding(
                  Finding.Kind.PATH,
                  "'" + Finding.clipped(prefix) + ".data-…' is missing. Copy the whole model")));
    }
    for (String file : data) {
      inside.file(file);
    }
    return Optional.of(folder.toAbsolutePath().resolve(prefix));
  }
}
