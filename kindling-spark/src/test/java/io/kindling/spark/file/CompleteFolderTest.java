package io.kindling.spark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompleteFolderTest {

  /** More calls than one save makes. */
  private static final int CALLS = 40;

  @TempDir private java.nio.file.Path folder;

  private final Configuration configuration = new Configuration(false);
  private java.nio.file.Path target;

  /** Local files of which chosen calls fail. */
  public static final class FailingFileSystem extends RawLocalFileSystem {
    private static int calls;
    private static IntPredicate fails = call -> false;
    private static boolean failed;

    static void failAt(IntPredicate chosen) {
      calls = 0;
      failed = false;
      fails = chosen;
    }

    private static void call(String what, Path path) throws IOException {
      if (fails.test(++calls)) {
        failed = true;
        throw new IOException("Injected failure of call " + calls + ": " + what + " " + path);
      }
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      call("status", path);
      return super.getFileStatus(path);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      call("rename", from);
      return super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      call("delete", path);
      return super.delete(path, recursive);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      call("mkdirs", path);
      return super.mkdirs(path);
    }
  }

  @BeforeEach
  void anOldFolder() throws IOException {
    configuration.set("fs.file.impl", FailingFileSystem.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    target = folder.resolve("model");
    FailingFileSystem.failAt(call -> false);
    complete().write(content("old"));
  }

  @AfterEach
  void noFailures() {
    FailingFileSystem.failAt(call -> false);
  }

  private CompleteFolder complete() throws IOException {
    return new CompleteFolder(target.toString(), configuration);
  }

  private CompleteFolder.Content content(String text) {
    return fresh -> {
      FileSystem files = fresh.getFileSystem(configuration);
      for (String name : List.of("one", "two/three")) {
        try (OutputStream out = files.create(new Path(fresh, name))) {
          out.write(text.getBytes(StandardCharsets.UTF_8));
        }
      }
    };
  }

  private void assertWhole(java.nio.file.Path place, String text) {
    assertThat(place.resolve("one")).hasContent(text);
    assertThat(place.resolve("two/three")).hasContent(text);
  }

  @Test
  void replacesAFolderAndLeavesNothingBesideIt() throws IOException {
    complete().overwrite(content("new"));

    assertWhole(target, "new");
    try (Stream<java.nio.file.Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(target);
    }
  }

  @Test
  void refusesToWriteOverAFolder() {
    assertThatThrownBy(() -> complete().write(content("new")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the path exists. Use write().overwrite().save(path) to replace it.");
    assertWhole(target, "old");
  }

  @Test
  void leavesOldOrNewWhicheverCallFails() throws IOException {
    int failures = 0;
    for (int call = 1; call <= CALLS; call++) {
      int chosen = call;
      FailingFileSystem.failAt(each -> each == chosen);
      boolean replaced = true;
      try {
        complete().overwrite(content("new"));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("call " + chosen + ":");
        replaced = false;
      }
      failures += FailingFileSystem.failed ? 1 : 0;
      assertThat(FailingFileSystem.failed || replaced).isTrue();
      FailingFileSystem.failAt(each -> false);

      assertWhole(target, replaced ? "new" : "old");
      complete().overwrite(content("old"));
    }
    assertThat(failures).isBetween(5, CALLS - 1);
  }

  @Test
  void saysWhereTheOldFolderIsWhenNothingWorksAnyMore() throws IOException {
    boolean moved = false;
    for (int call = 1; call <= CALLS; call++) {
      int chosen = call;
      FailingFileSystem.failAt(each -> each >= chosen);
      try {
        complete().overwrite(content("new"));
      } catch (IOException e) {
        if (!Files.exists(target)) {
          moved = true;
          String where = e.getSuppressed()[0].getMessage();
          java.nio.file.Path old;
          try (Stream<java.nio.file.Path> beside = Files.list(folder)) {
            old = beside.filter(each -> each.toString().contains(".old-")).findAny().orElseThrow();
          }
          assertThat(where).contains("is whole in file:" + old);
          assertWhole(old, "old");
          Files.move(old, target);
        }
      }
      FailingFileSystem.failAt(each -> false);
      deleteUnfinished();
      complete().overwrite(content("old"));
    }
    assertThat(moved).isTrue();
  }

  @Test
  void readsNoOlderFolderWhenTheFileSystemCannotBeAsked() throws IOException {
    Files.createDirectory(folder.resolve("_model.old-000001-of-a-process"));
    for (IOException failure :
        List.of(
            new AccessControlException("not yours"),
            new SocketTimeoutException("late"),
            new IOException("Failed.", new ConnectException("refused")))) {
      List<Path> asked = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  complete()
                      .read(
                          place -> {
                            asked.add(place);
                            throw failure;
                          }))
          .isSameAs(failure);
      assertThat(asked).hasSize(1);
    }
    String found = complete().read(place -> failingAt(target, place));
    assertThat(found).contains("old-000001");
  }

  private static String failingAt(java.nio.file.Path broken, Path place) throws IOException {
    if (place.getName().equals(broken.getFileName().toString())) {
      throw new IOException("A file is missing.");
    }
    return place.getName();
  }

  private void deleteUnfinished() throws IOException {
    try (Stream<java.nio.file.Path> beside = Files.list(folder)) {
      for (java.nio.file.Path each : beside.filter(it -> !it.equals(target)).toList()) {
        FileUtils.deleteDirectory(each.toFile());
      }
    }
  }

  @Test
  void aContentThatFailsInTheMiddleLeavesTheOldFolder() throws IOException {
    assertThatThrownBy(
            () ->
                complete()
                    .overwrite(
                        fresh -> {
                          content("new").writeTo(fresh);
                          assertWhole(target, "old");
                          throw new IllegalStateException("in the middle");
                        }))
        .hasMessage("in the middle");

    assertWhole(target, "old");
    try (Stream<java.nio.file.Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(target);
    }
  }
}
