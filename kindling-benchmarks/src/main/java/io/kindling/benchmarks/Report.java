package io.kindling.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The lines of one measurement, printed as they come and kept as text. */
final class Report {

  /** What follows it in a result's file was written by people and stays. */
  private static final String NOTES = "Notes";

  private final PrintStream out;
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  Report(PrintStream out) {
    this.out = out;
  }

  void add(Comparison comparison) {
    comparisons.add(comparison);
    print(comparison.toJson());
  }

  /** A sentence for the reader of the file; it is not printed. */
  void remark(String sentence) {
    lines.add("# " + sentence);
  }

  /** Prints the case with the smallest part of its bar once more. */
  void printWeakest() {
    print(
        comparisons.stream()
            .min(Comparator.comparingDouble(Comparison::ofBar))
            .orElseThrow()
            .toJson());
  }

  private void print(String line) {
    lines.add(line);
    out.println(line);
    out.flush();
  }

  /** Replaces the file's measurements, and keeps its notes. */
  void write(Path file) throws IOException {
    List<String> text = new ArrayList<>(machine());
    text.add("");
    text.addAll(lines);
    if (Files.exists(file)) {
      List<String> old = Files.readAllLines(file);
      int notes = old.indexOf(NOTES);
      if (notes >= 0) {
        text.add("");
        text.addAll(old.subList(notes, old.size()));
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, text);
  }

  static List<String> machine() throws IOException {
    return List.of(
        "CPU: " + processor(),
        // The affinity of a pinned process hides the other cores from Java.
        "Cores for this process: " + Runtime.getRuntime().availableProcessors(),
        "Java: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        "System: " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
        "Date: " + LocalDate.now(java.time.ZoneOffset.UTC));
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    List<String> entries = Files.readAllLines(info);
    String model =
        entries.stream()
            .filter(entry -> entry.startsWith("model name"))
            .map(entry -> entry.substring(entry.indexOf(':') + 1).trim())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    long cores = entries.stream().filter(entry -> entry.startsWith("processor")).count();
    return model + ", " + cores + " cores in the machine";
  }
}
