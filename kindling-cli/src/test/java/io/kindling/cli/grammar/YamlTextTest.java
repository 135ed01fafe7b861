package io.kindling.cli.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class YamlTextTest {

  private static Place read(String text) {
    Mistakes mistakes = new Mistakes("a.yaml");
    Place place = YamlText.read(text, mistakes);
    mistakes.throwIfAny();
    return place;
  }

  @Test
  void knowsTheLineOfEveryValue() {
    Place place = read("a: 1\nb:\n  - x\n  - {c: 2}\n");

    assertThat(place.field("b").line()).isEqualTo(2);
    assertThat(place.field("b").items().get(1).line()).isEqualTo(4);
    assertThat(place.field("b").items().get(1).field("c").path()).isEqualTo("b[1].c");
    assertThat(place.field("b").field("none").line()).isEqualTo(2);
  }

  @Test
  void takesWordsForWhatTheyAre() {
    assertThat(
            read("[1, 1e-3, -.5, yes, true, '1', 12:30, ~, 007, 9000000000, 1.5.2]")
                .value()
                .toString())
        .isEqualTo("[1,0.001,-0.5,\"yes\",true,\"1\",\"12:30\",null,\"007\",9000000000,\"1.5.2\"]");
  }

  @Test
  void followsAliases() {
    assertThat(read("a: &x {b: 1}\nc: *x").field("c").field("b").count(0)).isEqualTo(1);
  }

  @Test
  void saysWhereATextIsNoYaml() {
    assertThatThrownBy(() -> read("a: 1\nb: [1, 2\nc: 3\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageStartingWith("a.yaml line 3: it is no YAML: ");
  }

  @Test
  void saysWhatStandsThereTwice() {
    assertThatThrownBy(() -> read("a: 1\nb: 2\na: 3\n"))
        .hasMessage("a.yaml line 3, a: it stands there twice; the first is in line 1.");
  }

  @Test
  void endsWhereAnAliasContainsItself() {
    assertThatThrownBy(() -> read("a: &x [*x]\n")).hasMessageContaining("nested too deeply");
  }

  @Test
  void takesAnEmptyTextForNothing() {
    assertThat(read("# only a comment\n").isGiven()).isFalse();
  }
}
