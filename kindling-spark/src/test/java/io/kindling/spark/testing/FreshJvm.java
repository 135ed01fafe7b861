package io.kindling.spark.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own, with this JVM's class path and options. */
public final class FreshJvm {

  private static final long LIMIT_SECONDS = 300;
  private static final String OUT = "out.txt";
  private static final String ERR = "err.txt";

  private FreshJvm() {}

  /**
   * Runs it to its end.
   *
   * @param folder for its output, its SPARK_HOME and its caches
   * @return what it printed
   * @throws AssertionError with its output if it fails or takes too long
   */
  public static List<String> run(Path folder, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Process process = start(folder, main, arguments);
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(main.getSimpleName() + " failed.\n" + output(folder));
      }
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(folder.resolve(OUT));
  }

  /**
   * Starts it; whoever does so ends it.
   *
   * @param folder as for {@link #run}; no other process's as long as it lives
   */
  public static Process start(Path folder, Class<?> main, String... arguments) throws IOException {
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.startsWith("--add-opens") || each.equals("-ea"))
        .forEach(command::add);
    command.add("-Xmx1g");
    command.add("-Duser.home=" + Files.createDirectories(folder.resolve("user")));
    // Unpacking the engine's library takes seconds, so that it is shared with the other JVMs.
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + unpacked());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve(OUT).toFile())
            .redirectError(folder.resolve(ERR).toFile());
    builder.environment().put("SPARK_HOME", folder.resolve("spark-home").toString());
    return builder.start();
  }

  /** What a process has printed so far, and the end of what it has logged. */
  public static String output(Path folder) throws IOException {
    return Files.readString(folder.resolve(OUT))
        + tail(Files.readString(folder.resolve(ERR), StandardCharsets.UTF_8));
  }

  private static Path unpacked() {
    return Path.of(System.getProperty("java.io.tmpdir"))
        .resolve("kindling-native-" + System.getProperty("user.name"));
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 8000));
  }
}
