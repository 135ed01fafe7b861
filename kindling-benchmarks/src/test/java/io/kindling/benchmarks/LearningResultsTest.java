package io.kindling.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.examples.learning.LearningTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningResultsTest {

  @TempDir private Path folder;

  @Test
  void replacesOneTaskAndKeepsTheOthersInTheirOrder() throws IOException {
    Path file = folder.resolve("learning.txt");
    LearningResults results = new LearningResults(file);
    String first = LearningTask.all().get(0).name();
    String second = LearningTask.all().get(1).name();

    results.replace(second, List.of(second + ": old", "seed 1: 0.5"));
    results.replace(first, List.of(first + ": a network", "seed 1: 0.9"));
    results.replace(second, List.of(second + ": new", "seed 1: 0.6"));

    List<String> lines = Files.readAllLines(file);
    assertThat(lines)
        .containsSubsequence(
            first + ": a network", "seed 1: 0.9", "", second + ": new", "seed 1: 0.6")
        .doesNotContain(second + ": old", "seed 1: 0.5")
        .filteredOn(line -> line.startsWith("Date: "))
        .hasSize(2);
  }
}
