package io.kindling.benchmarks;

import io.kindling.examples.learning.LearningTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of what tasks gave when they last ran: one paragraph per task, which begins with its
 * name, each with the machine it ran on.
 */
record LearningResults(Path file) {

  /** Replaces one task's paragraph; the others stay, in the order of the tasks. */
  void replace(String task, List<String> lines) throws IOException {
    Map<String, List<String>> paragraphs = read();
    List<String> paragraph = new ArrayList<>(lines);
    paragraph.addAll(Report.machine());
    paragraphs.put(task, paragraph);
    List<String> text = new ArrayList<>();
    for (LearningTask each : LearningTask.all()) {
      if (paragraphs.containsKey(each.name())) {
        text.addAll(paragraphs.get(each.name()));
        text.add("");
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, text.subList(0, text.size() - 1));
  }

  private Map<String, List<String>> read() throws IOException {
    Map<String, List<String>> paragraphs = new LinkedHashMap<>();
    if (Files.exists(file)) {
      List<String> current = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        if (line.isEmpty()) {
          current = new ArrayList<>();
          continue;
        }
        current.add(line);
        if (current.size() == 1 && line.contains(":")) {
          paragraphs.put(line.substring(0, line.indexOf(':')), current);
        }
      }
    }
    return paragraphs;
  }
}
