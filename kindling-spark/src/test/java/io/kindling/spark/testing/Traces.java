package io.kindling.spark.testing;

import io.kindling.spark.engine.ExecutorEngine;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a training might leave behind in a process.
 *
 * @param threads names of live threads of Kindling
 * @param ports on which the process listens
 * @param nativeBytes native memory that programs hold
 */
public record Traces(Set<String> threads, Set<Integer> ports, long nativeBytes)
    implements Serializable {

  private static final long serialVersionUID = 1;
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)\\]");
  private static final String LISTENING = "0A";

  /** Of the process that asks; Linux only. */
  public static Traces ofThisProcess() {
    Set<String> threads = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      // Scoring keeps a model for a while, and a thread to close it; that is no trace of a
      // training.
      if (thread.getName().startsWith("kindling-")
          && !thread.getName().startsWith("kindling-model-")) {
        threads.add(thread.getName());
      }
    }
    try {
      return new Traces(threads, portsOf("self"), ExecutorEngine.nativeBytes());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("Failed to read /proc", e);
    }
  }

  /**
   * On which ports a process listens.
   *
   * @param process its number, or {@code self}
   */
  public static Set<Integer> portsOf(String process) throws IOException {
    Path entry = Path.of("/proc", process);
    Set<String> own = new HashSet<>();
    try (Stream<Path> descriptors = Files.list(entry.resolve("fd"))) {
      for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
        Matcher socket = SOCKET.matcher(target(descriptor));
        if (socket.matches()) {
          own.add(socket.group(1));
        }
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : new String[] {"net/tcp", "net/tcp6"}) {
      for (String line : Files.readAllLines(entry.resolve(table))) {
        String[] fields = line.trim().split("\\s+", -1);
        if (fields.length > 9 && fields[3].equals(LISTENING) && own.contains(fields[9])) {
          ports.add(Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // Closed since it was listed.
      return "";
    }
  }
}
