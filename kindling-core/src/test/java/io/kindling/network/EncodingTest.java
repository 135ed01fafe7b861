package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodingTest {

  @Test
  void looksUpThePlacesOfWords() {
    Lookup lookup = Lookup.of("spark", "", "ä");
    Encoding.Encoder encoder = lookup.newEncoder();
    assertThat(List.of("spark", "", "ä", "Spark", "x"))
        .extracting(encoder::encode)
        .containsExactly(2, 3, 4, 1, 1);
    assertThat(lookup.size()).isEqualTo(5);
    assertThat(Lookup.of(List.of(7L, -1L)).newEncoder().encode("-1")).isEqualTo(3);
    assertThatThrownBy(() -> Lookup.of("a", "b", "a"))
        .hasMessage(
            "Invalid list of 3 words to look up, 2 of them different. State one at least, and each"
                + " once.");
  }

  @Test
  void hashesEvenlyAndAlwaysAlike() {
    Encoding.Encoder encoder = Hashing.into(11).newEncoder();
    int[] counts = new int[11];
    IntStream.range(0, 10_000).forEach(i -> counts[encoder.encode("word " + i)]++);
    assertThat(counts[0]).isZero();
    for (int i = 1; i < counts.length; i++) {
      assertThat(counts[i]).isBetween(850, 1150);
    }
    // Worked out in Python: models hold what these numbers mean.
    assertThat(Hashing.into(1 << 20).newEncoder().encode("a")).isEqualTo(185912);
    assertThatThrownBy(() -> Hashing.into(1)).hasMessage("Invalid size 1. Use at least 2.");
  }

  @Test
  void aLayerBehindHasToTakeAllItsNumbers() {
    Input word = Input.ofText("word", Lookup.of("a", "b", "c"));
    assertThatThrownBy(() -> Network.sequential(word, Embedding.of(3, 2)))
        .hasMessage(
            "Invalid network at layer 'embedding_1': it takes 3 numbers, but input 'word' has 5,"
                + " from Lookup[3 words]. Use the encoding's size().");
    assertThatThrownBy(() -> Network.sequential(word, CategoryEncoding.of(4)))
        .hasMessageContaining("it takes 4 numbers, but input 'word' has 5");
  }

  @Test
  void travelsInTheTextOfANetwork() {
    Input city = Input.ofText("city", Lookup.of("Rome", "Oslo"));
    Input words = Input.ofTexts("words", Hashing.into(50), 4);
    Node both =
        Concatenate.of()
            .on(CategoryEncoding.of(4).on(city), Flatten.of().on(Embedding.of(50, 3).on(words)));
    LayerNetwork network = Network.functional(List.of(city, words), List.of(Dense.of(2).on(both)));
    LayerNetwork read = LayerNetwork.parse(network.toJson());
    assertThat(read).isEqualTo(network);
    assertThat(read.encodings())
        .containsEntry("city", Lookup.of("Rome", "Oslo"))
        .containsEntry("words", Hashing.into(50));
    String strange =
        network.toJson().replace("\"city\":{\"type\":\"lookup\"", "\"x\":{\"type\":\"lookup\"");
    assertThatThrownBy(() -> LayerNetwork.parse(strange))
        .hasMessage("Invalid network: it has encodings of [x], which are no inputs of it.");
  }
}
