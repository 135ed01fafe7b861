package io.kindling.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A bare loop over a CNN in a JVM of its own, which works when it is told to. */
final class BareProcess implements AutoCloseable {

  private static final int BATCH = 128;
  private static final int WARM_UP = 10;

  private final Process process;
  private final PrintWriter toIt;
  private final BufferedReader fromIt;

  private BareProcess(Process process) {
    this.process = process;
    this.toIt = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.fromIt =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts the process and waits until it is warm; the caller closes it. */
  static BareProcess start(int rows) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                BareProcess.class.getName(),
                Integer.toString(rows))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BareProcess started = new BareProcess(process);
    started.seconds();
    return started;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  void begin(int steps) {
    toIt.println(steps);
  }

  /** Waits for the steps that were begun. */
  double seconds() throws IOException {
    String line = fromIt.readLine();
    if (line == null) {
      throw new IOException("The bare loop's process ended before its work was done.");
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

  /**
   * The process: a number of steps comes in, the seconds they took go out, until the input ends.
   *
   * @param arguments rows of data
   */
  public static void main(String[] arguments) throws IOException {
    Images data = new Images(Integer.parseInt(arguments[0]));
    try (BareTraining bare =
            new BareTraining(Architecture.CNN, data.tensors(BATCH, Architecture.CNN.image()));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println(bare.train(WARM_UP));
      for (String steps = in.readLine(); steps != null; steps = in.readLine()) {
        System.out.println(bare.train(Integer.parseInt(steps)));
      }
    }
  }
}
