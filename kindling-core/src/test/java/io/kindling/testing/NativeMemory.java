package io.kindling.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of this process, as Linux counts it. It grows and shrinks with Java's heap too, so a
 * single difference says nothing: what leaks grows in every round.
 */
public final class NativeMemory {

  private static final Path STATUS = Path.of("/proc/self/status");

  private NativeMemory() {}

  /** What is done over and over. */
  public interface Cycle {
    void run() throws IOException;
  }

  /**
   * Runs a cycle in rounds, and requires one of them to leave the memory where it was.
   *
   * @param cycles of a round; there are six
   * @param leakBytes what a cycle would leave behind at least, if it left anything
   */
  public static void assertSettles(int cycles, long leakBytes, Cycle cycle) throws IOException {
    List<Long> growths = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      long before = bytes();
      for (int i = 0; i < cycles; i++) {
        cycle.run();
      }
      growths.add(bytes() - before);
    }
    assertThat(growths).as("growth of six rounds").anyMatch(growth -> growth < cycles * leakBytes);
  }

  private static long bytes() throws IOException {
    System.gc();
    return 1024
        * Files.readString(STATUS)
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow();
  }
}
