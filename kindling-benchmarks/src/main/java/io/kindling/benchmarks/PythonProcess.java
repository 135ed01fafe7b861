package io.kindling.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A script of this module in a Python process, which works when it is told to. */
final class PythonProcess implements AutoCloseable {

  private final Process process;
  private final PrintWriter toIt;
  private final BufferedReader fromIt;

  private PythonProcess(Process process) {
    this.process = process;
    this.toIt = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.fromIt =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a script and waits until it is warm; the caller closes it. The interpreter is {@code
   * python3} or what the environment variable KINDLING_PYTHON names.
   */
  static PythonProcess start(String script, String argument) throws IOException {
    PythonProcess started = launch(script, argument);
    started.seconds();
    return started;
  }

  /** Whether the environment names an interpreter. */
  static boolean isNamed() {
    return System.getenv().containsKey("KINDLING_PYTHON");
  }

  /** Starts a script and does not wait for its first line; the caller closes it. */
  static PythonProcess launch(String script, String... arguments) throws IOException {
    Path file = Files.createTempFile("kindling-", ".py");
    try (InputStream in = PythonProcess.class.getResourceAsStream("/" + script)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    String python = System.getenv().getOrDefault("KINDLING_PYTHON", "python3");
    List<String> command = new ArrayList<>(List.of(python, file.toString()));
    command.addAll(List.of(arguments));
    return new PythonProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Seconds for so many steps. */
  double train(int steps) throws IOException {
    toIt.println(steps);
    return seconds();
  }

  void tell(String words) {
    toIt.println(words);
  }

  /** The number that it says next. */
  double seconds() throws IOException {
    String line = fromIt.readLine();
    if (line == null) {
      throw new IOException(
          "The Python process ended before its work was done. It needs torch; set KINDLING_PYTHON to an"
              + " interpreter that has it.");
    }
    return Double.parseDouble(line);
  }

  @Override
  public void close() throws IOException {
    toIt.close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    fromIt.close();
  }
}
