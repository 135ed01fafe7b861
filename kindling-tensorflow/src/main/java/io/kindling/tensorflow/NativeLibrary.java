package io.kindling.tensorflow;

import io.kindling.file.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where TensorFlow's native library comes from. It travels as a jar of 160 MB and is unpacked, to
 * 680 MB, into a folder that all processes of a user share; only the first one unpacks.
 */
public final class NativeLibrary {

  private static final String FOLDER_PROPERTY = "org.bytedeco.javacpp.cachedir";
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64");

  private NativeLibrary() {}

  /**
   * Unpacks the library under this folder instead of {@code ~/.javacpp/cache}. To be called before
   * anything else of TensorFlow; later calls have no effect, and another process that unpacks at
   * the same time is waited for.
   *
   * @param folder created if missing, readable and writable by its owner only: whoever can write
   *     there can run code in this process
   * @throws IllegalArgumentException if others can write there, or own it
   */
  public static void unpackUnder(Path folder) {
    Path absolute = folder.toAbsolutePath();
    try {
      PrivateFolder.make(absolute, "TensorFlow's native library");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Failed to make the folder " + absolute + " for TensorFlow's native library", e);
    }
    System.setProperty(FOLDER_PROPERTY, absolute.toString());
  }

  /**
   * Variables that keep TensorFlow from logging what is no warning. The library reads them once,
   * from the environment of its process, so that they can only be given by whoever starts the
   * process: for Spark's executors, {@code spark.executorEnv.TF_CPP_MIN_LOG_LEVEL}.
   */
  public static Map<String, String> quietEnvironment() {
    return Map.of("TF_CPP_MIN_LOG_LEVEL", "1");
  }

  /** The folder that all processes of this user share, below one that all users may share. */
  public static Path folderUnder(String parent) {
    return Path.of(parent).resolve("kindling-native-" + System.getProperty("user.name"));
  }

  /**
   * To be called before anything else of TensorFlow, by whatever may come first. Where nobody named
   * a folder, the library is unpacked under Java's temporary one, and never under {@code
   * ~/.javacpp}: homes may be missing or full, and JavaCPP's own way out is a folder that anyone
   * could have made. Refuses to load what is not there, before JavaCPP does it with a page of stack
   * trace.
   */
  static void prepare() {
    requirePlatform(platform(System.getProperty("os.name"), System.getProperty("os.arch")));
    if (System.getProperty(FOLDER_PROPERTY) == null) {
      unpackUnder(folderUnder(System.getProperty("java.io.tmpdir")));
    }
  }

  static void requirePlatform(String platform) {
    String resource =
        "org/tensorflow/internal/c_api/"
            + platform
            + "/"
            + (platform.startsWith("windows") ? "jnitensorflow.dll" : "libjnitensorflow")
            + (platform.startsWith("windows")
                ? ""
                : platform.startsWith("macosx") ? ".dylib" : ".so");
    if (org.tensorflow.Graph.class.getClassLoader().getResource(resource) != null) {
      return;
    }
    if (PUBLISHED.contains(platform)) {
      throw new IllegalStateException(
          "TensorFlow's native library for "
              + platform
              + " is not on the class path. Add org.tensorflow:tensorflow-core-native:1.1.0 with the"
              + " classifier "
              + platform
              + " (tensorflow-core-native:"
              + platform
              + ").");
    }
    throw new IllegalStateException(
        "TensorFlow's native library does not exist for "
            + platform
            + ". TensorFlow-Java 1.1.0 is published for "
            + PUBLISHED.stream().sorted().toList()
            + ".");
  }

  /** JavaCPP's name of a platform. */
  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system =
        os.contains("mac") || os.contains("darwin")
            ? "macosx"
            : os.contains("win") ? "windows" : os.replaceAll("\\s", "");
    String arch =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64", "x86-64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> osArch.toLowerCase(Locale.ROOT);
        };
    return system + "-" + arch;
  }
}
