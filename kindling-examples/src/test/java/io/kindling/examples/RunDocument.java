package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of {@code docs} whose code is that of a test: the test's resource of the same name says
 * where which of its snippets go.
 */
record RunDocument(Class<?> test, String name) {

  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  static RunDocument of(Class<?> test, String name) {
    return new RunDocument(test, name);
  }

  /** Compares the page with what it should be, or writes it where {@code kindling.docs} says so. */
  void check() throws IOException {
    Path document = Path.of("../docs", name);
    String text = text();
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(document, text);
    }
    assertThat(Files.readString(document))
        .as("docs/" + name + "; run this test with -Dkindling.docs=write")
        .isEqualTo(text);
  }

  private String text() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java", test.getName().replace('.', '/') + ".java"));
    try (InputStream in = test.getResourceAsStream("/" + name)) {
      String template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return PLACE
          .matcher(template)
          .replaceAll(place -> Matcher.quoteReplacement(snippet(source, place.group(1))));
    }
  }

  private static String snippet(String source, String name) {
    int start = source.indexOf('\n', source.indexOf("// snippet: " + name + "\n")) + 1;
    assertThat(start).as(name).isPositive();
    String code = source.substring(start, source.indexOf("// end", start)).stripTrailing();
    return "```java\n" + code.stripIndent() + "\n```";
  }
}
