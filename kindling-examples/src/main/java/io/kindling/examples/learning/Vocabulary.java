package io.kindling.examples.learning;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * A number for each token of a text, be it a word or a character, so that an embedding can look it
 * up. 0 fills texts up to one length, 1 stands for every token that is not here.
 *
 * @param tokens whose numbers are 2 and up, in this order
 */
record Vocabulary(List<String> tokens) implements Serializable {

  static final int FILLER = 0;
  static final int UNKNOWN = 1;

  private static final int FIRST = 2;
  private static final long serialVersionUID = 1;

  Vocabulary {
    tokens = List.copyOf(tokens);
  }

  /**
   * The tokens of some rows, the frequent ones first; ties are in the order of the alphabet, so
   * that equal rows give equal numbers.
   *
   * @param tokens an array of strings per row
   * @param least how often a token has to occur
   */
  static Vocabulary of(Dataset<?> rows, Column tokens, int least) {
    return new Vocabulary(
        rows.select(explode(tokens).as("token"))
            .groupBy("token")
            .count()
            .where(col("count").geq(least))
            .orderBy(col("count").desc(), col("token"))
            .select("token")
            .as(Encoders.STRING())
            .collectAsList());
  }

  /** How many numbers there are, that of the filler and that of the unknown among them. */
  int size() {
    return tokens.size() + FIRST;
  }

  /**
   * The numbers of a row's tokens as an array of a fixed length: what is longer loses its end.
   *
   * @param tokens an array of strings per row
   */
  Column numbers(Column tokens, int length) {
    Map<String, Integer> numbers = new HashMap<>();
    for (String token : this.tokens) {
      numbers.put(token, numbers.size() + FIRST);
    }
    // A function of Java, because Spark looks a key up in a map of its own one entry after another.
    UDF1<Seq<String>, int[]> numbered =
        row -> {
          int[] array = new int[length]; // of fillers
          Iterator<String> each = row.iterator();
          for (int i = 0; i < length && each.hasNext(); i++) {
            array[i] = numbers.getOrDefault(each.next(), UNKNOWN);
          }
          return array;
        };
    return udf(numbered, DataTypes.createArrayType(DataTypes.IntegerType, false)).apply(tokens);
  }
}
