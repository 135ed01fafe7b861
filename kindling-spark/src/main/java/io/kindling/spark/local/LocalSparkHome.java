package io.kindling.spark.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A folder that serves as {@code SPARK_HOME} for {@code local-cluster[n,cores,mb]}, so that an
 * application on a plain class path gets executors in JVMs of their own, without an installation.
 *
 * <p>Spark's workers then live in the application's JVM and start executors with {@code
 * $SPARK_HOME/jars/*} as class path. The folder's {@code jars} holds a link to each jar of the
 * running JVM and each of its class folders as a jar. Spark reads {@code SPARK_HOME} from the
 * environment and from nowhere else, so whoever starts the JVM sets it, to a folder that may be
 * missing, and is no installation of Spark:
 *
 * <pre>{@code
 * LocalSparkHome home = LocalSparkHome.ofEnvironment();
 * SparkSession.Builder builder = SparkSession.builder().master("local-cluster[2,1,1024]");
 * home.settings().forEach(builder::config);
 * }</pre>
 *
 * <p>Two JVMs do not share a folder at the same time.
 */
public final class LocalSparkHome {

  private static final String VARIABLE = "SPARK_HOME";

  /** What a class folder is packed into, and what packing leaves where it is interrupted. */
  private static final Pattern PACKED =
      Pattern.compile("[0-9]{3,}-classes\\.jar|classes[0-9]+\\.partial");

  private final Path folder;

  private LocalSparkHome(Path folder) {
    this.folder = folder;
  }

  /**
   * The folder named by {@code SPARK_HOME}, filled from this JVM's class path.
   *
   * @throws IllegalStateException if {@code SPARK_HOME} is not set
   */
  public static LocalSparkHome ofEnvironment() {
    String folder = System.getenv(VARIABLE);
    if (folder == null || folder.isEmpty()) {
      throw new IllegalStateException(
          "Cannot start a local cluster: SPARK_HOME is not set. Set it, before this JVM starts, to"
              + " a folder that may be filled with links.");
    }
    return fill(Path.of(folder), System.getProperty("java.class.path"));
  }

  /**
   * Fills a folder from a class path; what an earlier call put there is replaced.
   *
   * @throws IllegalStateException if the folder holds an installation of Spark; nothing is changed
   */
  static LocalSparkHome fill(Path folder, String classPath) {
    try {
      refuseInstallation(folder);
      Path jars = Files.createDirectories(folder.resolve("jars"));
      for (Path jar : list(jars)) {
        if (isOurs(jar)) {
          Files.delete(jar);
        }
      }
      List<Path> entries = new ArrayList<>();
      for (String entry : classPath.split(File.pathSeparator, -1)) {
        if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
          entries.add(Path.of(entry).toAbsolutePath().normalize());
        }
      }
      for (int i = 0; i < entries.size(); i++) {
        add(entries.get(i), i, jars);
      }
      return new LocalSparkHome(folder.toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to fill " + folder + " as SPARK_HOME.", e);
    }
  }

  /**
   * SPARK_HOME often names a real installation, and what stands in one is never ours to delete: its
   * jars are files, where ours are links and packed classes.
   */
  private static void refuseInstallation(Path folder) throws IOException {
    boolean isInstallation =
        Files.exists(folder.resolve("RELEASE")) || Files.exists(folder.resolve("bin"));
    for (Path jar : list(folder.resolve("jars"))) {
      isInstallation |= jar.toString().endsWith(".jar") && !isOurs(jar);
    }
    if (isInstallation) {
      throw new IllegalStateException(
          "Cannot use "
              + folder
              + " as a folder for a local cluster: it is an installation of Spark. Set SPARK_HOME"
              + " to an empty folder.");
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static boolean isOurs(Path jar) {
    return Files.isSymbolicLink(jar)
        || (Files.isRegularFile(jar) && PACKED.matcher(jar.getFileName().toString()).matches());
  }

  /**
   * Links or packs one entry. The number keeps the entries of one name apart, and, as Java expands
   * {@code jars/*} in whatever order the folder has, is of no other use.
   */
  private static void add(Path entry, int number, Path jars) throws IOException {
    if (Files.isDirectory(entry)) {
      pack(entry, jars.resolve("%03d-classes.jar".formatted(number)));
      return;
    }
    Path name = jars.resolve(entry.getFileName().toString());
    try {
      Files.createSymbolicLink(name, entry);
    } catch (FileAlreadyExistsException e) {
      Files.createSymbolicLink(
          jars.resolve("%03d-%s".formatted(number, entry.getFileName())), entry);
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    Path partial = Files.createTempFile(jar.getParent(), "classes", ".partial");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(partial));
        Stream<Path> files = Files.walk(classes)) {
      out.setLevel(1);
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
        out.putNextEntry(
            new ZipEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    Files.move(partial, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  public Path folder() {
    return folder;
  }

  /** What a session needs besides its master; settings that are already made win over these. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.home", folder.toString());
    // Executors are started by a command builder that asks for it where it finds no built Spark.
    settings.put("spark.executorEnv.SPARK_SCALA_VERSION", "2.13");
    // Caches of native libraries go where writing is allowed; HOME may be read-only.
    settings.put("spark.executorEnv.HOME", folder.resolve("home").toString());
    settings.put("spark.executor.extraJavaOptions", "-Duser.home=" + folder.resolve("home"));
    settings.put("spark.executor.memory", "1g");
    settings.put("spark.driver.host", "127.0.0.1");
    return settings;
  }

  @Override
  public String toString() {
    return "LocalSparkHome in " + folder;
  }
}
