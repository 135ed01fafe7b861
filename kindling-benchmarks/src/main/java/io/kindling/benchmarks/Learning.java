package io.kindling.benchmarks;

import io.kindling.examples.learning.LearningTask;
import io.kindling.examples.learning.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * How well networks learn real data: every task with every seed, one line each, then its mean and
 * standard error beside its bar. Ends with 1 where a bar is not reached. What a task gave replaces
 * what {@code results/learning.txt} said of it before; the other tasks stay, so that each may run
 * by itself.
 *
 * <p>{@code kindling-benchmarks/run learning SHARED [TASK…]}
 */
public final class Learning {

  private static final int SEEDS = 10;

  private Learning() {}

  /**
   * Runs them.
   *
   * @param arguments the folder of results, the folder of shared data, and names of tasks; all of
   *     them where there are none
   */
  public static void main(String[] arguments) throws IOException {
    List<String> names =
        Arrays.asList(arguments).subList(Math.min(2, arguments.length), arguments.length);
    Set<String> unknown = new TreeSet<>(names);
    LearningTask.all().forEach(task -> unknown.remove(task.name()));
    Path data = Path.of(arguments.length < 2 ? "" : arguments[1], "data");
    if (arguments.length < 2 || !unknown.isEmpty() || !Files.isDirectory(data)) {
      System.err.println(
          "Usage: kindling-benchmarks/run learning SHARED [TASK…], with a folder that holds data,"
              + " and tasks of "
              + LearningTask.all().stream().map(LearningTask::name).toList());
      System.exit(2);
    }
    int seeds = Integer.getInteger("kindling.seeds", SEEDS);
    LearningResults results = new LearningResults(Path.of(arguments[0], "learning.txt"));
    boolean isReached = true;
    try (SparkSession spark = session()) {
      for (LearningTask task : LearningTask.all()) {
        if (names.isEmpty() || names.contains(task.name())) {
          isReached &= run(spark, data, task, seeds, results);
        }
      }
    }
    System.exit(isReached ? 0 : 1);
  }

  /** Two slots, which the engine's two threads or two workers share. */
  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("kindling-learning")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }

  private static boolean run(
      SparkSession spark, Path data, LearningTask task, int seeds, LearningResults results)
      throws IOException {
    List<String> lines = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    print(lines, task.name() + ": " + task.network() + "; " + task.epochs() + " epochs");
    for (int seed = 1; seed <= seeds; seed++) {
      long began = System.nanoTime();
      Outcome outcome = task.learn(spark, data, seed, task.epochs());
      outcomes.add(outcome);
      print(lines, "seed %d: %s, %.0f s".formatted(seed, words(task, outcome), seconds(began)));
    }
    SeveralSeeds figures = SeveralSeeds.of(outcomes, Outcome::figure);
    boolean isReached = task.bar().isReachedBy(figures.mean());
    print(
        lines,
        "%s: mean %s of %d seeds, worst %s, bar: %s. %s"
            .formatted(
                task.figure(),
                figures,
                seeds,
                SeveralSeeds.rounded(figures.worst(task.bar().order())),
                task.bar(),
                isReached ? "PASS" : "FAIL"));
    for (String other : outcomes.get(0).others().keySet()) {
      print(lines, other + ": mean " + SeveralSeeds.of(outcomes, each -> each.others().get(other)));
    }
    results.replace(task.name(), lines);
    return isReached;
  }

  private static String words(LearningTask task, Outcome outcome) {
    return task.figure()
        + " "
        + SeveralSeeds.rounded(outcome.figure())
        + outcome.others().entrySet().stream()
            .map(each -> ", " + each.getKey() + " " + SeveralSeeds.rounded(each.getValue()))
            .collect(Collectors.joining());
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void print(List<String> lines, String line) {
    lines.add(line);
    System.out.println(line);
    System.out.flush();
  }
}
