package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.model.Provenance;
import io.kindling.model.TrainedModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodingTest {

  @Test
  void looksUpThePlacesOfWords() {
    Lookup lookup = Lookup.of("spark", "", "ä");
    TextEncoding.Encoder encoder = lookup.newEncoder();
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
    TextEncoding.Encoder encoder = Hashing.into(11).newEncoder();
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

  @Test
  void aSparseInputMakesTheLayersBehindItSparse() {
    Input sparse = Input.ofSparse("x", 1000, 7);
    LayerNetwork network = Network.sequential(sparse, Dense.of(4).relu(), Dense.of(2));
    assertThat(network.steps().get(0).layer())
        .isEqualTo(SparseDense.of(1000, 4).relu().named("sparse_dense_1"));
    assertThat(network.parameters().view("sparse_dense_1/kernel").spec().isSparse()).isTrue();
    assertThat(LayerNetwork.parse(network.toJson())).isEqualTo(network);
    assertThat(Network.sequential(sparse, Embedding.of(1000, 4)).parameters().count())
        .isEqualTo(4000);
  }

  @Test
  void aSparseInputRefusesLayersThatHaveNoUseForIt() {
    Input sparse = Input.ofSparse("x", 1000, 7);
    assertThatThrownBy(() -> Network.sequential(sparse, Flatten.of()))
        .hasMessage(
            "Invalid network: Flatten takes no sparse input. Put a Dense or an Embedding before it, or use Input.of.");
    assertThatThrownBy(() -> Network.sequential(sparse, Embedding.of(999, 4)))
        .hasMessage(
            "Invalid network: the vocabulary 999 of an Embedding is not the size 1000 of the sparse input before it."
                + " Make them equal.");
    assertThatThrownBy(() -> Network.sequential(sparse, SparseDense.of(10, 4)))
        .hasMessageContaining("a SparseDense of 10 elements stands behind a sparse input of 1000");
    assertThatThrownBy(() -> Network.sequential(Input.of("x", 3), SparseDense.of(10, 4)))
        .hasMessageContaining("it takes pairs of place and value [most, 2] but got [3]");
    assertThatThrownBy(() -> Input.ofSparse("x", (1 << 24) + 1, 7))
        .hasMessage("Invalid size 16777217 of sparse vectors. Use 1 to 16777216 elements.");
  }

  @Test
  void thePresenceOfAnInputNeedsThatInput() {
    Input age = Input.of("age", 2);
    Input present = Input.presenceOf(age);
    Node both = Concatenate.of().on(age, present);
    LayerNetwork network = Network.functional(List.of(age, present), List.of(Dense.of(1).on(both)));
    assertThat(LayerNetwork.parse(network.toJson()).encodings())
        .containsEntry("age_present", new Presence("age"));
    assertThatThrownBy(() -> Network.sequential(present, Dense.of(1)))
        .hasMessageContaining("says where the input 'age' has numbers, but there is no such input");
  }

  @Test
  void aNetworkEndsAtTheLayersOneWantsToSee() {
    Input x = Input.of("x", 6);
    Node code = Dense.of(2).sigmoid().named("code").on(Dense.of(5).relu().on(x));
    LayerNetwork network =
        Network.functional(List.of(x), List.of(Dense.of(6).named("copy").on(code)));
    LayerNetwork part = network.withOutputs(List.of("code"));
    assertThat(part.outputs()).hasToString("['code' float32[?, 2]]");
    assertThat(part.steps()).hasSize(2);
    TrainedModel model =
        new TrainedModel(
            network, network.parameters().initialize(3), new float[0], Provenance.ofThisJvm());
    TrainedModel encoder = model.withOutputs(List.of("code"));
    for (String array : List.of("dense_1/kernel", "code/kernel")) {
      assertThat(array(encoder, array)).isEqualTo(array(model, array));
    }
    assertThatThrownBy(() -> network.withOutputs(List.of("code", "cod")))
        .hasMessage("Unknown layers [cod]. The network has [dense_1, code, copy].");
  }

  private static float[] array(TrainedModel model, String name) {
    ParameterLayout.View view = model.network().parameters().view(name);
    return Arrays.copyOfRange(model.parameters(), view.offset(), view.offset() + view.size());
  }
}
