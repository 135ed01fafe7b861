package io.kindling.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What lies in a folder at one moment, links not followed: two are equal if nothing came, went or
 * changed between them.
 *
 * @param entries kind, time of the last change and content, by path
 */
public record FolderState(SortedMap<String, String> entries) {

  /** Looks at a folder and all that is in it. */
  public static FolderState of(Path folder) throws IOException {
    SortedMap<String, String> entries = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        entries.put(
            folder.relativize(path).toString(),
            kind(path) + " of " + Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS));
      }
    }
    return new FolderState(entries);
  }

  private static String kind(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    if (Files.isDirectory(path)) {
      return "folder";
    }
    byte[] bytes = Files.readAllBytes(path);
    return "file of " + bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
  }
}
