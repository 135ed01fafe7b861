package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Parts of a document that are made of code, between {@code <!-- name -->} and {@code <!-- end
 * -->}. What stands there has to be what the code says now; {@code -Dkindling.docs=write} writes
 * it.
 */
public final class DocumentParts {

  private DocumentParts() {}

  /** Compares every part, or writes it. */
  public static void check(Path document, Map<String, String> parts) throws IOException {
    String found = Files.readString(document);
    String text = found;
    for (Map.Entry<String, String> part : parts.entrySet()) {
      String start = "<!-- " + part.getKey() + " -->\n";
      assertThat(text).as(document.toString()).contains(start);
      int from = text.indexOf(start) + start.length();
      int to = text.indexOf("<!-- end -->", from);
      text = text.substring(0, from) + part.getValue() + text.substring(to);
    }
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(document, text);
      found = text;
    }
    assertThat(found).as("%s; run this test with -Dkindling.docs=write", document).isEqualTo(text);
  }
}
