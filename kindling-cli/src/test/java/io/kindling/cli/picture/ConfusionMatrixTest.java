package io.kindling.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionMatrixTest {

  private static final List<String> IRIS = List.of("setosa", "versicolor", "virginica");

  private static final long[][] COUNTS = {{50, 0, 0}, {0, 25, 25}, {0, 0, 0}};

  @TempDir Path folder;

  @Test
  void drawsRightAnswersBlueAndWrongOnesOrange() throws IOException {
    Pixels picture =
        draw(ConfusionMatrix.of("Iris", IRIS, new long[][] {{9, 0, 0}, {0, 9, 0}, {0, 9, 0}}));

    double width = picture.width() / 2.0;
    double height = picture.height() / 2.0;
    assertThat(picture.count(Ink.BLUE, 0, 100, width - 170, height - 100)).isGreaterThan(5_000);
    assertThat(picture.count(Ink.ORANGE, 0, 100, width - 170, height - 100)).isGreaterThan(2_500);
    assertThat(picture.hasFreeRim()).isTrue();
  }

  @Test
  void drawsTheRecallOfEachClass() throws IOException {
    Pixels picture = draw(ConfusionMatrix.of("Iris", IRIS, COUNTS));

    double width = picture.width() / 2.0;
    // In this part only the bars are blue: one full, one half, one empty.
    assertThat(picture.count(Ink.BLUE, width - 240, 100, 240, picture.height() / 2.0 - 100))
        .isBetween(2_500, 3_100);
  }

  @Test
  void computesRecall() {
    ConfusionMatrix matrix = ConfusionMatrix.of("Iris", IRIS, COUNTS);

    assertThat(matrix.recall(0)).isEqualTo(1);
    assertThat(matrix.recall(1)).isEqualTo(0.5);
    assertThat(matrix.recall(2)).isNaN();
  }

  @Test
  void tellsTheAccuracyBelowTheTitle() {
    assertThat(ConfusionMatrix.of("Iris", IRIS, COUNTS).subtitle())
        .isEqualTo("75 of 100 rows right: accuracy 0.7500");
    assertThat(ConfusionMatrix.of("Iris", List.of("a"), new long[1][1]).subtitle())
        .isEqualTo("no rows");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 10, 100})
  void fitsAnyNumberOfClasses(int classes) throws IOException {
    List<String> names =
        IntStream.range(0, classes).mapToObj(i -> "a class with a rather long name " + i).toList();
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < classes; i++) {
      counts[i][i] = 1_234_567;
      counts[i][classes - 1 - i] = 42;
    }

    Pixels picture = draw(ConfusionMatrix.of("Classes", names, counts));
    assertThat(picture.hasFreeRim()).isTrue();
    assertThat(picture.width()).isBetween(1_040, 3_000);
    assertThat(picture.height()).isBetween(300, 3_000);
  }

  @Test
  void rejectsCountsOfAnotherSize() {
    assertThatThrownBy(() -> ConfusionMatrix.of("Iris", List.of("a", "b"), COUNTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid counts with 3 rows for 2 classes. Give one row per class.");
    assertThatThrownBy(
            () -> ConfusionMatrix.of("", List.of("a", "b"), new long[][] {{1, 2}, {3, -4}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid counts [3, -4] of class 'b'. Give 2 counts of at least 0.");
  }

  @Test
  void rejectsMoreClassesThanAnyoneCanRead() {
    List<String> names = Collections.nCopies(101, "x");

    assertThatThrownBy(() -> ConfusionMatrix.of("", names, new long[101][101]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid number of classes 101. A confusion matrix shows 1 to 100 classes. "
                + "Merge the rare ones.");
  }

  private Pixels draw(ConfusionMatrix matrix) throws IOException {
    Path file = folder.resolve("confusion.png");
    matrix.write(file);
    return Pixels.of(file);
  }
}
