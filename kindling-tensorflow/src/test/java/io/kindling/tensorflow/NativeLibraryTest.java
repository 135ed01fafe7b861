package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {

  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  private final String before = System.getProperty(PROPERTY);

  @TempDir Path folder;

  @AfterEach
  void restoreProperty() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  @Test
  void unpacksUnderTheTemporaryFolderWhereNobodyNamedAnother() {
    System.clearProperty(PROPERTY);
    NativeLibrary.prepare();
    assertThat(System.getProperty(PROPERTY))
        .isEqualTo(
            NativeLibrary.folderUnder(System.getProperty("java.io.tmpdir"))
                .toAbsolutePath()
                .toString());
  }

  @Test
  void leavesAFolderThatWasNamed() {
    System.setProperty(PROPERTY, folder.toString());
    NativeLibrary.prepare();
    assertThat(System.getProperty(PROPERTY)).isEqualTo(folder.toString());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
  void makesAFolderForItsOwnerOnly() throws Exception {
    Path target = folder.resolve("a/b");
    NativeLibrary.unpackUnder(target);
    NativeLibrary.unpackUnder(target);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwx------");
    assertThat(System.getProperty(PROPERTY)).isEqualTo(target.toString());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
  void rejectsAFolderOthersCanWriteTo() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> NativeLibrary.unpackUnder(open))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("others can write there (rwxrwxrwx)")
        .hasMessageEndingWith("Allow only its owner, with chmod 700.");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
  void takesItsOwnFolderWhateverItsUserIsCalled() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    String name = System.setProperty("user.name", "?");
    try {
      NativeLibrary.unpackUnder(own);
    } finally {
      System.setProperty("user.name", name);
    }
    assertThat(System.getProperty(PROPERTY)).isEqualTo(own.toString());
    assertThat(own).isEmptyDirectory();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
  void rejectsAFolderOfSomeoneElse() throws Exception {
    Path foreign = Path.of("/");
    if (Files.isWritable(foreign)) { // the tests run as root, who may give folders away
      foreign = Files.createDirectory(folder.resolve("foreign"));
      Files.setAttribute(foreign, "unix:uid", 4711);
    }
    Path target = foreign;
    assertThatThrownBy(() -> NativeLibrary.unpackUnder(target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it belongs to '" + Files.getOwner(target).getName() + "'")
        .hasMessageEndingWith("Name a folder of your own.");
    assertThat(System.getProperty(PROPERTY)).isEqualTo(before);
  }

  @Test
  void namesWhatToAddForThisPlatform() {
    assertThatCode(NativeLibrary::prepare).doesNotThrowAnyException();
    assertThatThrownBy(() -> NativeLibrary.requirePlatform("linux-arm64"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "TensorFlow's native library for linux-arm64 is not on the class path. Add "
                + "org.tensorflow:tensorflow-core-native:1.1.0 with the classifier linux-arm64 "
                + "(tensorflow-core-native:linux-arm64).");
    assertThatThrownBy(() -> NativeLibrary.requirePlatform("linux-riscv64"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("TensorFlow's native library does not exist for linux-riscv64.");
  }

  @Test
  void knowsPlatformsByTheirOwnNames() {
    assertThat(NativeLibrary.platform("Linux", "amd64")).isEqualTo("linux-x86_64");
    assertThat(NativeLibrary.platform("Linux", "aarch64")).isEqualTo("linux-arm64");
    assertThat(NativeLibrary.platform("Mac OS X", "aarch64")).isEqualTo("macosx-arm64");
    assertThat(NativeLibrary.platform("Windows 11", "amd64")).isEqualTo("windows-x86_64");
  }
}
