package io.kindling.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the shared data sets and model files lie: in the folder that the system property {@value
 * #PROPERTY} names, or else in {@code ../shared}, seen from the project's root. A test that reads
 * them is marked {@link NeedsShared}.
 */
public final class SharedData {

  /** The system property that names the folder which holds {@code data}. */
  public static final String PROPERTY = "kindling.shared";

  private SharedData() {}

  /** Whether the folder is there. */
  public static boolean isPresent() {
    return isPresent(folder());
  }

  static boolean isPresent(Path folder) {
    return Files.isDirectory(folder.resolve("data"));
  }

  /** The shared folder, there or not. */
  public static Path folder() {
    return folder(System.getProperty(PROPERTY), Path.of(""));
  }

  static Path folder(String property, Path workingFolder) {
    if (property != null && !property.isBlank()) {
      return Path.of(property.strip());
    }
    return projectRoot(workingFolder).resolveSibling("shared");
  }

  /**
   * A file or folder among the data.
   *
   * @param name relative to {@code data}, such as {@code iris/iris.csv}
   * @throws IllegalStateException if it is not there
   */
  public static Path path(String name) {
    Path path = folder().resolve("data").resolve(name);
    if (!Files.exists(path)) {
      throw new IllegalStateException(
          "Cannot read the shared data '" + name + "': " + path + " does not exist. " + absence());
    }
    return path;
  }

  static String absence() {
    return "The shared data is looked for in "
        + folder()
        + ". Name its folder with -D"
        + PROPERTY
        + "=<folder>.";
  }

  /** Tests run in the folder of their module: the root is the outermost folder with a pom. */
  private static Path projectRoot(Path workingFolder) {
    Path root = workingFolder.toAbsolutePath().normalize();
    for (Path folder = root; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("pom.xml"))) {
        root = folder;
      }
    }
    return root;
  }
}
