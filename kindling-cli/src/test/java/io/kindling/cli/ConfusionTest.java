package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class ConfusionTest {

  @Test
  void countsWhatWasTakenForWhat() {
    Confusion confusion =
        Confusion.of(
            List.of(
                RowFactory.create("0.0", 0.0, 0, 3L),
                RowFactory.create("0.0", 0.0, 1, 1L),
                RowFactory.create("1.0", 1.0, 1, 4L)),
            "label",
            2,
            List.of());

    assertThat(confusion.counts()).isDeepEqualTo(new long[][] {{3, 1}, {0, 4}});
    assertThat(confusion.accuracy()).isEqualTo(7.0 / 8);
    assertThat(confusion.weightedF1()).isCloseTo((6.0 / 7 + 8.0 / 9) / 2, within(1e-12));
  }

  @Test
  void namesLabelsThatAreMissingOrNoClasses() {
    assertThatThrownBy(
            () ->
                Confusion.of(
                    List.of(
                        RowFactory.create(null, null, 0, 2L),
                        RowFactory.create("7.0", 7.0, 0, 1L),
                        RowFactory.create("0.5", 0.5, 0, 1L),
                        RowFactory.create("NaN", Double.NaN, 0, 1L),
                        RowFactory.create("1.0", 1.0, 0, 1L)),
                    "kind",
                    3,
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid labels in column 'kind': 2 are null, and [0.5, 7.0, NaN] are"
                + " no classes. The model knows the classes 0 to 2.");
  }
}
