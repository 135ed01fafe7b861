package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to texts that are not quite networks. */
class NetworkTextTest {

  private static final String TEXT =
      Network.sequential(Input.of("x", 4), Dense.of(2).named("a"), Dense.of(2).named("b")).toJson();

  @Test
  void namesTheUnknownLayerTypeAndTheKnownOnes() {
    assertThatThrownBy(
            () -> NetworkFormat.parse(replaced("\"type\":\"dense\"", "\"type\":\"denser\"")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown layer type 'denser'. Known types are " + LayerType.names() + ".");
    assertThat(LayerType.names()).contains("activate", "dense").isSorted();
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        text("", "Unknown network format ''. Known formats are ["),
        text("[]", "Unknown network format ''. Known formats are ["),
        text("{", "Invalid network: it is no JSON. "),
        text(
            replaced("kindling-layers", "keras"),
            "Unknown network format 'keras'. Known formats are ["),
        text(
            replaced("\"version\":1", "\"version\":2"),
            "Unsupported network format 'kindling-layers' version 2. This is Kindling's"
                + " kindling-layers version 1."),
        text(replaced("\"units\":2", "\"units\":0"), "Invalid network: "),
        text(replaced(",\"units\":2", ""), "Invalid network: "),
        text(replaced("\"units\":2", "\"units\":2,\"color\":1"), "Invalid network: "),
        text(replaced("\"activation\":\"linear\",", ""), "Invalid network: "),
        text(replaced("\"activation\":\"linear\"", "\"activation\":null"), "Invalid network: "),
        text(
            replaced("\"activation\":\"linear\"", "\"activation\":\"swish\""), "Invalid network: "),
        text(replaced("\"outputs\":[\"b\"]", "\"outputs\":[]"), "Invalid network outputs []. "),
        text(
            replaced("\"outputs\":[\"b\"]", "\"outputs\":[\"c\"]"),
            "Invalid network: its output 'c' is none of its steps."),
        text(
            replaced("\"inputs\":[\"a\"]", "\"inputs\":[\"b\"]"),
            "Invalid network: layer 'b' takes 'b', which is no input and no step before it."),
        text(
            "{\"format\":\"kindling-layers\",\"version\":1}",
            "Invalid network: Missing creator property 'inputs'"),
        text(TEXT + " {}", "Invalid network: "),
        text(
            "{\"format\":\"kindling-layers\",\"a\":" + "[".repeat(70) + "]".repeat(70) + "}",
            "Invalid network: it is no JSON. Document nesting depth (65) exceeds the maximum"
                + " allowed (64"));
  }

  private static Arguments text(String text, String message) {
    return Arguments.of(message, text);
  }

  private static String replaced(String part, String by) {
    assertThat(TEXT).contains(part);
    return TEXT.replaceFirst(
        java.util.regex.Pattern.quote(part), java.util.regex.Matcher.quoteReplacement(by));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void rejectsATextThatIsNoNetwork(String message, String text) {
    assertThatThrownBy(() -> NetworkFormat.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void rejectsTwoLayersOfOneName() {
    String text =
        Network.sequential(Input.of("x", 2), Dense.of(2).named("a"), Dense.of(2).relu().named("b"))
            .toJson()
            .replace("\"name\":\"b\",\"units\"", "\"name\":\"a\",\"units\"");
    assertThatThrownBy(() -> NetworkFormat.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid network: two different layers are named 'a': Dense[");
  }

  @Test
  void theLayersReaderRejectsTheTextOfNothing() {
    assertThatThrownBy(() -> LayerNetwork.parse("null"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid network: its text is 'null'.");
  }
}
