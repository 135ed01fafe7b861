package io.kindling.examples.learning;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.split;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class VocabularyTest {

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> tokens(String... texts) {
    return spark
        .createDataset(List.of(texts), Encoders.STRING())
        .select(split(col("value"), " ").as("tokens"));
  }

  @Test
  void countsFrequentTokensFirstAndTiesByTheAlphabet() {
    Vocabulary vocabulary = Vocabulary.of(tokens("b a c", "c a d", "e c"), col("tokens"), 1);

    assertThat(vocabulary.tokens()).containsExactly("c", "a", "b", "d", "e");
    assertThat(vocabulary.size()).isEqualTo(7);
  }

  @Test
  void leavesRareTokensOut() {
    assertThat(Vocabulary.of(tokens("b a c", "c a"), col("tokens"), 2).tokens())
        .containsExactly("a", "c");
  }

  @Test
  void fillsShortTextsCutsLongOnesAndKnowsWhatItDoesNotKnow() {
    Vocabulary vocabulary = new Vocabulary(List.of("a", "b"));

    assertThat(tokens("b", "a z b a").select(vocabulary.numbers(col("tokens"), 3)).collectAsList())
        .extracting(row -> row.getList(0))
        .containsExactly(List.of(3, 0, 0), List.of(2, 1, 3));
  }
}
