package io.kindling.benchmarks;

import io.kindling.benchmarks.LocalRank.Kind;
import io.kindling.cluster.transport.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ranks of several kinds in as many processes: the first here, the others in JVMs of their own that
 * take part when they are told to. Links of all kinds stand all the time and take turns.
 */
final class LocalRanks implements AutoCloseable {

  private final Map<Kind, LocalRank> here = new EnumMap<>(Kind.class);
  private final List<Other> others = new ArrayList<>();

  private LocalRanks() {}

  /** Starts the processes and links them; the caller closes it. */
  static LocalRanks start(int worldSize, Set<Kind> kinds) throws IOException {
    LocalRanks started = new LocalRanks();
    try {
      Secret secret = Secret.random();
      for (int rank = 1; rank < worldSize; rank++) {
        started.others.add(Other.start(rank, secret, kinds));
      }
      for (Kind kind : kinds) {
        started.link(kind, kind.listen(0, secret));
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void link(Kind kind, LocalRank rank) throws IOException {
    here.put(kind, rank);
    List<Integer> ports = new ArrayList<>(List.of(rank.port()));
    for (Other other : others) {
      ports.add(other.port());
    }
    String words = ports.stream().map(String::valueOf).collect(Collectors.joining(" "));
    others.forEach(other -> other.tell(words));
    rank.link(ports);
  }

  /** The seconds that so many rounds over so many floats take all of them, after a first. */
  double seconds(Kind kind, int floats, int rounds) throws Exception {
    others.forEach(other -> other.tell(kind + " " + floats + " " + rounds));
    return here.get(kind).seconds(floats, rounds);
  }

  @Override
  public void close() throws IOException {
    for (Other other : others) {
      other.close();
    }
    for (LocalRank rank : here.values()) {
      rank.close();
    }
  }

  /** A rank's process. The secret comes over its input: command lines are for all to read. */
  private record Other(Process process, PrintWriter toIt, BufferedReader fromIt) {

    static Other start(int rank, Secret secret, Set<Kind> kinds) throws IOException {
      Stream<String> java =
          Stream.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx1g",
              "-cp",
              System.getProperty("java.class.path"),
              LocalRanks.class.getName(),
              Integer.toString(rank));
      Process process =
          new ProcessBuilder(Stream.concat(java, kinds.stream().map(Kind::name)).toList())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Other started =
          new Other(
              process,
              new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8),
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
      started.tell(HexFormat.of().formatHex(secret.toBytes()));
      return started;
    }

    void tell(String words) {
      toIt.println(words);
    }

    int port() throws IOException {
      String port = fromIt.readLine();
      if (port == null) {
        throw new IOException("Another rank's process ended before it listened.");
      }
      return Integer.parseInt(port);
    }

    void close() throws IOException {
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

  /**
   * A rank's process: the secret comes in; of each kind a port goes out and the ports of all come
   * in; then rounds come in until the end.
   *
   * @param arguments the rank, and kinds
   */
  public static void main(String[] arguments) throws Exception {
    int rank = Integer.parseInt(arguments[0]);
    Map<Kind, LocalRank> ranks = new EnumMap<>(Kind.class);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Secret secret = Secret.of(HexFormat.of().parseHex(in.readLine()));
      for (int i = 1; i < arguments.length; i++) {
        Kind kind = Kind.valueOf(arguments[i]);
        ranks.put(kind, kind.listen(rank, secret));
        System.out.println(ranks.get(kind).port());
        ranks
            .get(kind)
            .link(Arrays.stream(in.readLine().split(" ", -1)).map(Integer::valueOf).toList());
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        ranks
            .get(Kind.valueOf(words[0]))
            .seconds(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      }
    } finally {
      for (LocalRank each : ranks.values()) {
        each.close();
      }
    }
  }
}
