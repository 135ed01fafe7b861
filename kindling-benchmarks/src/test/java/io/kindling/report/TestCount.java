package io.kindling.report;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * How many tests a build ran and skipped over all modules, from the reports of Surefire and
 * Failsafe.
 *
 * @param run tests that ran
 * @param skipped per skipped test its name and the reason
 */
public record TestCount(int run, List<String> skipped) {

  public TestCount {
    skipped = List.copyOf(skipped);
  }

  /**
   * Prints the skipped tests with their reasons, then the count. The build runs it at the end of
   * the last module, inside Maven; so that the count is also the last line of all, behind Maven's
   * own summary, it is printed once more when Maven's JVM ends.
   *
   * @param arguments the project's root, and when the build began: older reports are not of this
   *     build
   */
  public static void main(String[] arguments) throws IOException {
    TestCount count = of(Path.of(arguments[0]), Instant.parse(arguments[1]));
    count.skipped().forEach(each -> System.out.println("Skipped: " + each));
    System.out.println(count);
    printAtTheEnd(count.toString());
  }

  private static void printAtTheEnd(String line) {
    // Maven closes the thread group that it runs us in, so the thread lives in the outermost one.
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(group, () -> out.println(line), "kindling-test-count"));
  }

  /** The sum over all modules' reports that are no older than {@code since}. */
  static TestCount of(Path root, Instant since) throws IOException {
    int run = 0;
    List<String> skipped = new ArrayList<>();
    for (Path report : reports(root, since)) {
      TestCount suite = read(report);
      run += suite.run();
      skipped.addAll(suite.skipped());
    }
    return new TestCount(run, skipped);
  }

  private static List<Path> reports(Path root, Instant since) throws IOException {
    List<Path> reports = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : (Iterable<Path>) modules.sorted()::iterator) {
        for (String folder : List.of("surefire-reports", "failsafe-reports")) {
          Path found = module.resolve("target").resolve(folder);
          if (Files.isDirectory(found)) {
            try (Stream<Path> files = Files.list(found)) {
              files
                  .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                  .sorted()
                  .forEach(reports::add);
            }
          }
        }
      }
    }
    List<Path> fresh = new ArrayList<>();
    for (Path report : reports) {
      if (!Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
        fresh.add(report);
      }
    }
    return fresh;
  }

  private static TestCount read(Path report) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newInstance();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    int run = 0;
    String test = "";
    List<String> skipped = new ArrayList<>();
    try (InputStream in = Files.newInputStream(report)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      while (xml.hasNext()) {
        if (xml.next() != XMLStreamConstants.START_ELEMENT) {
          continue;
        }
        switch (xml.getLocalName()) {
          case "testcase" -> {
            test = xml.getAttributeValue(null, "classname") + "." + name(xml);
            run++;
          }
          case "skipped" -> {
            run--;
            String reason = xml.getAttributeValue(null, "message");
            skipped.add(test + (reason == null ? "" : ": " + reason));
          }
          default -> {}
        }
      }
      return new TestCount(run, skipped);
    } catch (XMLStreamException e) {
      throw new IOException("Failed to read the test report " + report, e);
    }
  }

  private static String name(XMLStreamReader xml) {
    return xml.getAttributeValue(null, "name");
  }

  @Override
  public String toString() {
    return "Tests: " + run + " run, " + skipped.size() + " skipped";
  }
}
