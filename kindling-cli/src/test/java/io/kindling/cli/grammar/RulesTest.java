package io.kindling.cli.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulesTest {

  private static final Fields COOK =
      Fields.of("a recipe")
          .with("dish", Field.required(new Text("a name"), ""))
          .with("minutes", Field.optional(Numeral.from(1), "", 30))
          .with("heat", Field.optional(new Choice(List.of("low", "high")), ""))
          .with("salted", Field.optional(new Flag(), ""))
          .with("parts", Field.optional(new Items("a list of parts", new Text("a part"), 1), ""))
          .with(
              "tool",
              Field.optional(
                  new Kinds(
                      "tool",
                      Map.of(
                          "pan",
                          Fields.of("pan").with("size", Field.required(Numeral.ANY, "")),
                          "oven",
                          Fields.of("oven"))),
                  ""))
          .with("for", Field.optional(Either.of(Numeral.from(1), new Text("a guest")), ""));

  private static String check(String text) {
    Mistakes mistakes = new Mistakes("r.yaml");
    COOK.check(YamlText.read(text, mistakes), mistakes);
    try {
      mistakes.throwIfAny();
      return "";
    } catch (InvalidDocumentException e) {
      return e.getMessage();
    }
  }

  @Test
  void takeWhatIsRight() {
    assertThat(check("dish: soup\nminutes:\ntool: oven\nfor: Ann")).isEmpty();
    assertThat(check("{dish: egg, heat: low, salted: true, parts: [egg], tool: {pan: {size: 8}}}"))
        .isEmpty();
  }

  @Test
  void findEveryMistakeInTheOrderOfTheLines() {
    assertThat(check("minuts: 3\nheat: hgih\nsalted: some\nparts: []\nfor: [1]\n").lines())
        .containsExactly(
            "r.yaml line 1, minuts: unknown setting; a recipe takes dish, for, heat, minutes, parts,"
                + " salted, tool. Did you mean minutes?",
            "r.yaml line 1, dish: missing; a recipe needs it.",
            "r.yaml line 2, heat: expected one of low, high, found 'hgih'. Did you mean high?",
            "r.yaml line 3, salted: expected true or false, found 'some'.",
            "r.yaml line 4, parts: expected a list of parts, found [].",
            "r.yaml line 5, for: expected a whole number of 1 or more, or a guest, found [1].");
  }

  @Test
  void nameTheKindsThatThereAre() {
    assertThat(check("{dish: egg, tool: pann}"))
        .isEqualTo(
            "r.yaml line 1, tool: 'pann' is no tool. Did you mean pan? There are oven, pan.");
    assertThat(check("{dish: egg, tool: pan}"))
        .isEqualTo("r.yaml line 1, tool.pan.size: missing; pan needs it.");
    assertThat(check("{dish: egg, tool: {oven: {size: 3}}}"))
        .isEqualTo("r.yaml line 1, tool.oven.size: unknown setting; oven takes none.");
    assertThat(check("{dish: egg, tool: {oven: {}, pan: {}}}"))
        .startsWith("r.yaml line 1, tool: expected one tool, as {tool: {setting: value}}, found ");
  }

  @Test
  void sayWhatIsExpectedOfTheWhole() {
    assertThat(check("just a text"))
        .isEqualTo(
            "r.yaml line 1: expected a recipe with dish, for, heat, minutes, parts, salted, tool,"
                + " found 'just a text'.");
    assertThat(check("")).endsWith("found nothing.");
  }

  @Test
  void knowTheNearestName() {
    List<String> known = List.of("dense", "dropout", "batch_norm");

    assertThat(Nearest.question("danse", known)).isEqualTo(" Did you mean dense?");
    assertThat(Nearest.question("batchNorm", known)).isEqualTo(" Did you mean batch_norm?");
    assertThat(Nearest.question("dorpout", known)).isEqualTo(" Did you mean dropout?");
    assertThat(Nearest.question("convolution", known)).isEmpty();
  }

  @Test
  void publishThemselves() {
    assertThat(Definitions.document("urn:x", "Cooking", COOK).at("/properties/minutes").toString())
        .isEqualTo("{\"type\":\"integer\",\"minimum\":1,\"default\":30}");
  }
}
