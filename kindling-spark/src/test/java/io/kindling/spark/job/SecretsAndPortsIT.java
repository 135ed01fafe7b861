package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.testing.FreshJvm;
import io.kindling.spark.testing.KnownRandomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training shows of itself to others on its machines, in an application of its own. */
class SecretsAndPortsIT {

  private static final int FIRST_PORT = 42_350;
  private static final int RETRIES = 20;

  @TempDir private Path folder;

  @Test
  void opensPortsOfTheRangeAndShowsItsSecretNowhere() throws Exception {
    Path events = Files.createDirectories(folder.resolve("events"));
    List<String> printed =
        FreshJvm.run(
            folder,
            TrainWatched.class,
            folder.toString(),
            "spark.kindling.port=" + FIRST_PORT,
            "spark.port.maxRetries=" + RETRIES,
            "spark.log.level=DEBUG",
            "spark.eventLog.enabled=true",
            "spark.eventLog.compress=false",
            "spark.eventLog.dir=" + events.toUri());

    List<String> ports = printed.stream().filter(each -> each.startsWith("ports ")).toList();
    assertThat(ports).as("a port of the driver and one of each executor").hasSize(3);
    assertThat(ports)
        .allSatisfy(
            line -> {
              String number = line.replaceAll("ports \\[(\\d+)]", "$1");
              assertThat(Integer.parseInt(number)).isBetween(FIRST_PORT, FIRST_PORT + RETRIES);
            });

    List<byte[]> secrets =
        printed.stream()
            .filter(each -> each.matches("[0-9a-f]{64}"))
            .map(HexFormat.of()::parseHex)
            .toList();
    assertThat(secrets).as("the job's secret and nonces of its links").hasSizeGreaterThan(2);
    assertHoldNone("seen-.*", 7, "spark", secrets);
    assertHoldNone("err\\.txt", 1, "Generation 1 of kindling-", secrets);
    assertHoldNone("err\\.txt", 1, " DEBUG ", secrets);
    assertHoldNone("std(err|out)", 4, "", secrets);
    assertHoldNone("stderr", 2, "CoarseGrainedExecutorBackend", secrets);
    assertHoldNone("events_.*|local-.*|app-.*", 1, "SparkListenerApplicationStart", secrets);
  }

  /**
   * That no file under the folder whose name matches holds any of the secrets.
   *
   * @param least so many files there must be
   * @param word that must be in all of them, as the sign that they are what they should be
   */
  private void assertHoldNone(String name, int least, String word, List<byte[]> secrets)
      throws IOException {
    int found = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (file.getFileName().toString().matches(name)) {
          byte[] content = Files.readAllBytes(file);
          assertThat(new String(content, StandardCharsets.ISO_8859_1))
              .as("%s", file)
              .contains(word);
          KnownRandomness.assertHoldsNone(file, content, secrets);
          found++;
        }
      }
    }
    assertThat(found).as("files named %s", name).isGreaterThanOrEqualTo(least);
  }
}
