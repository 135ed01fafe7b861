package io.kindling.examples.stream;

import static org.awaitility.Awaitility.await;

import io.kindling.spark.testing.FreshJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** The processes of {@link ScoreUntilKilled}: a driver and its executors, killed and replaced. */
final class KilledApplication implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Path folder;
  private final ScoreAStream stream;
  private final List<ProcessHandle> executors = new ArrayList<>(); // of drivers that were killed
  private Process driver;
  private int starts;
  private long committed;

  KilledApplication(Path folder, ScoreAStream stream) throws IOException {
    this.folder = folder;
    this.stream = stream;
    start();
  }

  private void start(String... further) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(stream.servers(), stream.input(), stream.output(), stream.folder()));
    arguments.addAll(List.of(further));
    starts++;
    driver = FreshJvm.start(home(), ScoreUntilKilled.class, arguments.toArray(String[]::new));
  }

  private Path home() {
    return folder.resolve("start-" + starts);
  }

  private String output() throws IOException {
    return FreshJvm.output(home());
  }

  /** Waits until some more micro-batches are committed. */
  void awaitProgress() throws IOException {
    try {
      await().atMost(LIMIT).failFast(this::assertAlive).until(() -> commits() > committed);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("The application makes no progress.\n" + output(), e);
    }
    committed = commits();
  }

  private void assertAlive() throws IOException {
    if (!driver.isAlive()) {
      throw new AssertionError("The application has ended by itself.\n" + output());
    }
  }

  /** The number of the newest micro-batch that is committed, from 1. */
  private long commits() throws IOException {
    Path commits = Path.of(stream.checkpoint(), "commits");
    if (!Files.isDirectory(commits)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(commits)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9]+"))
          .mapToLong(name -> Long.parseLong(name) + 1)
          .max()
          .orElse(0);
    }
  }

  /** Kills the driver as the system does, with SIGKILL, and starts another. */
  void killDriver() throws Exception {
    executors.addAll(executors());
    kill();
    start();
  }

  private void kill() throws InterruptedException {
    if (!driver.destroyForcibly().waitFor(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("The driver lives on.");
    }
  }

  /** Kills one of the executors, where there is one; Spark starts another. */
  boolean killExecutor(Random random) {
    List<ProcessHandle> alive = executors();
    return !alive.isEmpty() && alive.get(random.nextInt(alive.size())).destroyForcibly();
  }

  private List<ProcessHandle> executors() {
    return driver
        .descendants()
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** Kills the driver, and has the next one score what is left. */
  void finish() throws Exception {
    executors.addAll(executors());
    kill();
    start("end");
    if (!driver.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || driver.exitValue() != 0) {
      throw new AssertionError("The application failed.\n" + output());
    }
  }

  @Override
  public void close() {
    executors.addAll(executors());
    driver.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
    await().atMost(LIMIT).until(() -> executors.stream().noneMatch(ProcessHandle::isAlive));
  }
}
