package io.kindling.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCountTest {

  private static final Instant BUILD = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir private Path root;

  private void report(String module, String kind, String name, Instant written, String cases)
      throws IOException {
    Path folder = Files.createDirectories(root.resolve(module + "/target/" + kind + "-reports"));
    Path file = folder.resolve(name);
    Files.writeString(
        file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuite>" + cases + "</testsuite>");
    Files.setLastModifiedTime(file, FileTime.from(written));
  }

  @Test
  void addsUpAllModulesAndBothKinds() throws IOException {
    String two = "<testcase classname=\"a.B\" name=\"c\"/><testcase classname=\"a.B\" name=\"d\"/>";
    String skipped =
        "<testcase classname=\"a.B\" name=\"e\"><skipped message=\"no data\"/></testcase>";
    report("one", "surefire", "TEST-a.B.xml", BUILD, two);
    report("two", "surefire", "TEST-a.B.xml", BUILD.plusSeconds(5), skipped + two);
    report("two", "failsafe", "TEST-a.BIT.xml", BUILD.plusSeconds(9), two);
    report("two", "failsafe", "failsafe-summary.xml", BUILD, two);

    TestCount count = TestCount.of(root, BUILD);

    assertThat(count).hasToString("Tests: 6 run, 1 skipped");
    assertThat(count.skipped()).containsExactly("a.B.e: no data");
  }

  @Test
  void leavesOutReportsOfEarlierBuilds() throws IOException {
    report("one", "surefire", "TEST-a.B.xml", BUILD.minusSeconds(1), "<testcase/>");
    assertThat(TestCount.of(root, BUILD)).hasToString("Tests: 0 run, 0 skipped");
  }
}
