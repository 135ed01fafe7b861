package io.kindling.predict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * The first look at what may be a model: enough to tell its format, and little enough to be cheap
 * on anything.
 *
 * @param path of the file or folder
 * @param isFolder whether it is a folder
 * @param entries names of what lies in a folder, the first thousand; empty for a file
 * @param head the first 4096 bytes of a file, or as many as there are; empty for a folder
 * @param size bytes of a file
 */
public record ModelLook(Path path, boolean isFolder, Set<String> entries, byte[] head, long size) {

  private static final int HEAD = 4096;
  private static final int MOST_ENTRIES = 1000;

  /**
   * Looks.
   *
   * @throws NoSuchFileException if there is nothing
   */
  public static ModelLook at(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      Set<String> entries = new TreeSet<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
        for (Path file : files) {
          entries.add(file.getFileName().toString());
          if (entries.size() == MOST_ENTRIES) {
            break;
          }
        }
      }
      return new ModelLook(path, true, entries, new byte[0], 0);
    }
    if (!Files.exists(path)) {
      // A TensorFlow checkpoint is a name that several files begin with.
      if (Files.exists(path.resolveSibling(path.getFileName() + ".index"))) {
        return new ModelLook(path, false, Set.of(), new byte[0], 0);
      }
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException("Cannot read the model " + path + ": it is no file and no folder.");
    }
    try (InputStream in = Files.newInputStream(path)) {
      return new ModelLook(path, false, Set.of(), in.readNBytes(HEAD), Files.size(path));
    }
  }

  /** Whether the file begins with these bytes, each given as a character up to 255. */
  public boolean startsWith(String bytes) {
    byte[] expected = bytes.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= expected.length
        && Arrays.equals(head, 0, expected.length, expected, 0, expected.length);
  }

  /** Whether the file's name ends so, in any case. */
  public boolean isNamed(String ending) {
    return !isFolder
        && path.getFileName() != null
        && path.getFileName()
            .toString()
            .toLowerCase(java.util.Locale.ROOT)
            .endsWith(ending.toLowerCase(java.util.Locale.ROOT));
  }

  /** Whether a folder has an entry of this name. */
  public boolean has(String entry) {
    return entries.contains(entry);
  }
}
