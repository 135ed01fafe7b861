package io.kindling.benchmarks;

import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A rank in a JVM of its own, on links of every kind, which sums along when it is told to. The
 * secret comes over its input: command lines are for all to read.
 */
final class SummingProcess implements AutoCloseable {

  private final Process process;
  private final PrintWriter toIt;
  private final BufferedReader fromIt;

  private SummingProcess(Process process) {
    this.process = process;
    this.toIt = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.fromIt =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts the process and links it to the ranks here; the caller closes it. */
  static SummingProcess start(Secret secret, Map<LinkSecurity, RankOfTwo> ranks)
      throws IOException {
    SummingProcess started =
        new SummingProcess(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SummingProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    started.toIt.println(HexFormat.of().formatHex(secret.toBytes()));
    for (RankOfTwo rank : ranks.values()) {
      String port = started.fromIt.readLine();
      if (port == null) {
        throw new IOException("The other rank's process ended before it listened.");
      }
      started.toIt.println(rank.port());
      rank.link(Integer.parseInt(port));
    }
    return started;
  }

  /** Lets it take part in so many sums. */
  void begin(LinkSecurity security, int floats, int rounds) {
    toIt.println(security + " " + floats + " " + rounds);
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

  /** The process: the secret comes in, ports go both ways, then sums come in until the end. */
  public static void main(String[] arguments) throws Exception {
    Map<LinkSecurity, RankOfTwo> ranks = new EnumMap<>(LinkSecurity.class);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Secret secret = Secret.of(HexFormat.of().parseHex(in.readLine()));
      for (LinkSecurity security : LinkSecurity.values()) {
        ranks.put(security, RankOfTwo.listen(1, secret, security));
        System.out.println(ranks.get(security).port());
        ranks.get(security).link(Integer.parseInt(in.readLine()));
      }
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        ranks
            .get(LinkSecurity.valueOf(words[0]))
            .sum(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      }
    } finally {
      ranks.values().forEach(RankOfTwo::close);
    }
  }
}
