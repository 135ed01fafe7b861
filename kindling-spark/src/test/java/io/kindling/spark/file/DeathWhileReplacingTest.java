package io.kindling.spark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.spark.testing.DyingFileSystem;
import io.kindling.spark.testing.DyingFileSystem.Death;
import io.kindling.spark.testing.DyingFileSystem.Rename;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that dies at any call: the old folder or the new one can be read, never neither. */
class DeathWhileReplacingTest {

  private static final List<String> NAMES = List.of("one", "two/three");

  @TempDir private java.nio.file.Path root;

  private final Configuration configuration = new Configuration(false);
  private java.nio.file.Path folder;

  static Stream<Arguments> worlds() {
    return Stream.of(Rename.values())
        .flatMap(rename -> Stream.of(Death.values()).map(death -> Arguments.of(rename, death)));
  }

  @BeforeEach
  void know() throws IOException {
    DyingFileSystem.register(configuration);
    folder = Files.createDirectory(root.resolve("folder"));
  }

  @AfterEach
  void live() {
    DyingFileSystem.live();
    DyingFileSystem.rename(Rename.AT_ONCE);
  }

  private CompleteFolder complete() throws IOException {
    return new CompleteFolder(DyingFileSystem.uri(folder.resolve("model")), configuration);
  }

  private CompleteFolder.Content content(String text) {
    return fresh -> {
      FileSystem files = fresh.getFileSystem(configuration);
      for (String name : NAMES) {
        try (OutputStream out = files.create(new Path(fresh, name))) {
          out.write(text.getBytes(StandardCharsets.UTF_8));
        }
      }
    };
  }

  /** What a whole folder holds; fails on half a one. */
  private String whole(Path place) throws IOException {
    FileSystem files = place.getFileSystem(configuration);
    Set<String> texts = new TreeSet<>();
    for (String name : NAMES) {
      try (var in = files.open(new Path(place, name))) {
        texts.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    if (texts.size() != 1) {
      throw new IOException("Of two folders: " + texts);
    }
    return texts.iterator().next();
  }

  /** What can be read by a process that dies if it changes anything. */
  private String read() throws IOException {
    DyingFileSystem.dieAt(1, Death.BEFORE_THE_CALL);
    try {
      return complete().read(this::whole);
    } finally {
      assertThat(DyingFileSystem.isDead()).isFalse();
      DyingFileSystem.live();
    }
  }

  /** Whether the process ended by itself. */
  private boolean overwrites(String text, int death, Death how) throws IOException {
    DyingFileSystem.dieAt(death, how);
    try {
      complete().overwrite(content(text));
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("The process has died at call " + death);
    }
    boolean lived = !DyingFileSystem.isDead();
    DyingFileSystem.live();
    return lived;
  }

  private void put(java.nio.file.Path saved) throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
    FileUtils.copyDirectory(saved.toFile(), folder.toFile());
  }

  private java.nio.file.Path keep(String name) throws IOException {
    java.nio.file.Path kept = root.resolve(name);
    FileUtils.deleteDirectory(kept.toFile());
    FileUtils.copyDirectory(folder.toFile(), kept.toFile());
    return kept;
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyDeathLeavesOldOrNewAndSoDoesADeathAfterIt(Rename rename, Death how) throws IOException {
    DyingFileSystem.rename(rename);
    complete().overwrite(content("0"));
    java.nio.file.Path zero = keep("zero");
    Set<String> seen = new TreeSet<>();
    Set<String> states = new TreeSet<>();
    boolean lived = false;
    for (int first = 1; !lived; first++) {
      put(zero);
      lived = overwrites("1", first, how);
      String now = read();
      assertThat(now).as("death at %d", first).isIn("0", "1");
      assertThat(lived && !now.equals("1")).isFalse();
      seen.add(now);
      if (states.add(state())) {
        dieAgain(now, keep("first"), first, how);
      }
    }
    assertThat(seen).containsExactly("0", "1");
  }

  /** Which files there are, but for those that a process did not finish. */
  private String state() throws IOException {
    StringBuilder state = new StringBuilder();
    try (Stream<java.nio.file.Path> files = Files.walk(folder)) {
      for (java.nio.file.Path each : files.sorted().toList()) {
        String name = folder.relativize(each).toString().replaceAll("-[0-9a-f-]{36}", "");
        if (!name.startsWith("_model.new")) {
          state.append(name).append(Files.isRegularFile(each) ? Files.readString(each) : "/");
          state.append('\n');
        }
      }
    }
    return state.toString();
  }

  private void dieAgain(String before, java.nio.file.Path state, int first, Death how)
      throws IOException {
    boolean lived = false;
    for (int second = 1; !lived; second++) {
      put(state);
      lived = overwrites("2", second, how);
      assertThat(read()).as("deaths at %d and %d", first, second).isIn(before, "2");
    }
    assertThat(read()).isEqualTo("2");
    try (Stream<java.nio.file.Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(each -> each.getFileName().toString().contains(".old-"));
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void everyDeathOfARecoveryLeavesWhatIsToBeRecovered(Rename rename, Death how) throws IOException {
    complete().overwrite(content("0"));
    Files.move(
        folder.resolve("model"), folder.resolve("_model.old-000007-what-a-process-left-aside"));
    java.nio.file.Path left = keep("left");
    DyingFileSystem.rename(rename);
    boolean lived = false;
    for (int death = 1; !lived; death++) {
      put(left);
      DyingFileSystem.dieAt(death, how);
      try {
        assertThat(complete().recover()).isTrue();
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("The process has died at call " + death);
      }
      lived = !DyingFileSystem.isDead();
      assertThat(read()).isEqualTo("0");
    }
    assertThat(complete().find()).contains(new Path(DyingFileSystem.uri(folder.resolve("model"))));
  }

  @Test
  void ofSeveralLeftAsideTheNewestCounts() throws IOException {
    for (int number : new int[] {9, 10, 2}) {
      String name = String.format("_model.old-%06d-%s", number, 100 - number);
      content(Integer.toString(number))
          .writeTo(new Path(DyingFileSystem.uri(folder.resolve(name))));
    }
    Files.createDirectory(folder.resolve("_model.old-not-numbered"));
    Files.createDirectory(folder.resolve("_model.new-unfinished"));
    Files.createDirectory(folder.resolve("_another.old-000011-model"));
    assertThat(read()).isEqualTo("10");
    assertThat(complete().find().orElseThrow().getName()).isEqualTo("_model.old-000010-90");
    assertThat(complete().recover()).isTrue();
    assertThat(whole(new Path(DyingFileSystem.uri(folder.resolve("model"))))).isEqualTo("10");
  }

  @Test
  void whatCannotBeReadIsAnErrorAtThePathItself() throws IOException {
    assertThat(complete().find()).isEmpty();
    assertThat(complete().recover()).isFalse();
    assertThatThrownBy(this::read)
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(folder.resolve("model").toString());
    Files.createDirectory(folder.resolve("_model.old-000001-empty"));
    assertThatThrownBy(this::read)
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(folder.resolve("model").toString())
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
  }
}
