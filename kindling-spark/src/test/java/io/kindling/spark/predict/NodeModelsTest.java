package io.kindling.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeModelsTest {

  private static final Configuration LOCAL = new Configuration(false);
  private static final Configuration REMOTE = new Configuration(false);

  static {
    LOCAL.set("fs.file.impl", org.apache.hadoop.fs.LocalFileSystem.class.getName());
    LOCAL.setBoolean("fs.file.impl.disable.cache", true);
    // Not known as local, so that its files are copied.
    REMOTE.set("fs.file.impl", RawLocalFileSystem.class.getName());
    REMOTE.setBoolean("fs.file.impl.disable.cache", true);
  }

  @TempDir private Path folder;

  private NodeModels models() {
    return new NodeModels(folder.resolve("node"));
  }

  private Path model(String name, String content) throws IOException {
    Path model = Files.createDirectories(folder.resolve("user").resolve(name));
    Files.createDirectories(model.resolve("variables"));
    Files.writeString(model.resolve("saved_model.pb"), content);
    Files.writeString(model.resolve("variables/data"), "weights of " + content);
    return model;
  }

  private static void age(Path path, Duration by) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.setLastModifiedTime(each, FileTime.from(Instant.now().minus(by)));
      }
    }
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("node"))) {
      return all.toList();
    }
  }

  @Test
  void localFilesAreReadWhereTheyAreBehindAllLinks() throws IOException {
    Path model = model("m", "one");
    Path link = Files.createSymbolicLink(folder.resolve("current"), model);

    NodeModels.Found found = models().find(link.toString(), LOCAL);

    assertThat(found.local()).isEqualTo(model.toRealPath());
    assertThat(found.fingerprint()).isEqualTo(models().find(model.toString(), LOCAL).fingerprint());
    Files.writeString(model.resolve("variables/data"), "others");
    assertThatThrownBy(() -> models().fetch(link.toString(), found.fingerprint(), LOCAL))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not the one that was described");
  }

  @Test
  void theGraphsFileOfASavedModelStandsForItsFolder() throws IOException {
    Path model = model("m", "one");

    NodeModels.Found found = models().find(model.resolve("saved_model.pb").toString(), REMOTE);

    assertThat(found.path()).isEqualTo(model.toString());
    assertThat(found.local().resolve("variables/data")).exists();
  }

  @Test
  void aFolderWithoutFilesIsNoModel() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty/variables"));

    assertThatThrownBy(() -> models().find(empty.getParent().toString(), LOCAL))
        .hasMessageContaining("holds no files");
    assertThatThrownBy(() -> models().find(folder.resolve("none").toString(), LOCAL))
        .hasMessageContaining("There is nothing at")
        .hasMessageContaining("Every executor reads the model");
  }

  @Test
  void whatHasChangedIsFoundAnew() throws IOException {
    Path model = model("m", "one");
    age(model, Duration.ofHours(1));
    String before = models().find(model.toString(), LOCAL).fingerprint();
    assertThat(models().find(model.toString(), LOCAL).fingerprint()).isEqualTo(before);

    Files.writeString(model.resolve("saved_model.pb"), "two");

    assertThat(models().find(model.toString(), LOCAL).fingerprint()).isNotEqualTo(before);
    Files.writeString(model.resolve("saved_model.pb"), "six"); // at once, of the same size
    assertThat(models().find(model.toString(), LOCAL).fingerprint())
        .isEqualTo(Fingerprint.of(model));
  }

  @Test
  void equalModelsOfSeveralNamesDoNotReplaceEachOther() throws IOException {
    Path one = model("one", "same");
    Path other = model("other", "same");

    NodeModels.Found first = models().find(one.toString(), REMOTE);
    NodeModels.Found second = models().find(other.toString(), REMOTE);

    assertThat(first.fingerprint()).isEqualTo(second.fingerprint());
    assertThat(first.local()).exists().isNotEqualTo(second.local());
    assertThat(second.local()).exists();
  }

  @Test
  void aBrokenCopyIsReplaced() throws IOException {
    Path model = model("m", "one");
    NodeModels.Found found = models().find(model.toString(), REMOTE);
    Files.writeString(found.local().resolve("variables/data"), "damaged");

    Path fetched = models().fetch(model.toString(), found.fingerprint(), REMOTE);

    assertThat(fetched.resolve("variables/data")).hasContent("weights of one");
    assertThat(copies()).hasSize(1);
  }

  @Test
  void manyFetchOneModelAtOnce() throws Exception {
    Path model = model("m", "one");
    String fingerprint = Fingerprint.of(model);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Path>> fetches =
          IntStream.range(0, 8)
              .<Callable<Path>>mapToObj(
                  i -> () -> models().fetch(model.toString(), fingerprint, REMOTE))
              .toList();
      for (Future<Path> each : threads.invokeAll(fetches)) {
        assertThat(Fingerprint.of(each.get())).isEqualTo(fingerprint);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(copies()).hasSize(1);
  }

  @Test
  void copiesThatNobodyLoadsGo() throws IOException {
    Path old = models().find(model("old", "old").toString(), REMOTE).local();
    Path used = model("used", "used");
    NodeModels.Found kept = models().find(used.toString(), REMOTE);
    age(old.getParent(), NodeModels.KEPT.plusDays(1));
    age(kept.local().getParent(), NodeModels.KEPT.plusDays(1));
    models().fetch(used.toString(), kept.fingerprint(), REMOTE);

    models().find(model("new", "new").toString(), REMOTE);

    assertThat(old).doesNotExist();
    assertThat(kept.local()).exists();
    assertThat(copies()).hasSize(2);
  }

  @Test
  void aFolderThatOthersCanWriteIsRefused() throws IOException {
    Path model = model("m", "one");
    Path open = Files.createDirectories(folder.resolve("node"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> models().find(model.toString(), REMOTE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for copies of models: others can write there (rwxrwxrwx)");
  }
}
