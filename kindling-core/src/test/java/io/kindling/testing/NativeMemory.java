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

  private static final int ROUNDS = 6;
  private static final Path STATUS = Path.of("/proc/self/status");

  private NativeMemory() {}

  /** What is done over and over. */
  public interface Cycle {
    void run() throws IOException;
  }

  /**
   * Runs a cycle in six rounds, and requires one of them to leave the memory where it was. The
   * property {@code kindling.cycles} says how many cycles in all, instead of 1,200.
   *
   * @param leakBytes what a cycle would leave behind at least, if it left anything
   */
  public static void assertSettles(long leakBytes, Cycle cycle) throws IOException {
    int cycles = (Integer.getInteger("kindling.cycles", 1200) + ROUNDS - 1) / ROUNDS;
    List<Long> growths = new ArrayList<>();
    long first = bytes();
    for (int round = 0; round < ROUNDS; round++) {
      long before = bytes();
      for (int i = 0; i < cycles; i++) {
        cycle.run();
      }
      growths.add(bytes() - before);
    }
    System.out.printf(
        "%d cycles: %d MiB before, %d MiB after; growth of each round in KiB %s%n",
        ROUNDS * cycles,
        first >> 20,
        bytes() >> 20,
        growths.stream().map(growth -> growth >> 10).toList());
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
