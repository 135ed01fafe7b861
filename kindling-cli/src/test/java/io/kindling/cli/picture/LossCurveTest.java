package io.kindling.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossCurveTest {

  private static final double[] STEPS =
      IntStream.range(0, 2_000).mapToDouble(i -> 2.3 / (1 + i * 0.01) + 0.1 * (i % 3)).toArray();

  private static final double[] TRAINING = {1.1, 0.6, 0.4, 0.3};

  private static final double[] VALIDATION = {0.9, 0.5, 0.45, 0.5};

  @TempDir Path folder;

  @Test
  void drawsStepsAndEpochsAndAMetric() throws IOException {
    Pixels picture =
        draw(
            LossCurve.titled("Digits")
                .withSubtitle("4 epochs")
                .withSteps(STEPS)
                .withEpochs(TRAINING, VALIDATION)
                .withMetric("accuracy", new double[] {0.7, 0.8, 0.85, 0.86}));

    assertThat(picture.width()).isEqualTo(1760);
    assertThat(picture.height()).isEqualTo(1416);
    assertThat(picture.hasFreeRim()).isTrue();
    assertThat(picture.count(Ink.TEXT, 78, 20, 300, 20)).as("title").isGreaterThan(200);
    assertThat(picture.count(Ink.FAINT_BLUE, 78, 92, 774, 330)).as("steps").isGreaterThan(500);
    assertThat(picture.count(Ink.BLUE, 78, 92, 774, 330)).as("training").isGreaterThan(500);
    assertThat(picture.count(Ink.ORANGE, 78, 92, 774, 330)).as("validation").isGreaterThan(500);
    assertThat(picture.count(Ink.ORANGE, 78, 470, 774, 180)).as("metric").isGreaterThan(500);
  }

  @Test
  void leavesOutThePanelOfAMissingMetric() throws IOException {
    Pixels picture = draw(LossCurve.titled("Digits").withEpochs(TRAINING, VALIDATION));

    assertThat(picture.height()).isEqualTo(960);
    assertThat(picture.hasFreeRim()).isTrue();
  }

  @Test
  void drawsASingleEpochAsADot() throws IOException {
    Pixels picture = draw(LossCurve.titled("").withEpochs(new double[] {0.5}, new double[] {}));

    assertThat(picture.count(Ink.BLUE, 845, 85, 14, 20)).isBetween(90, 150);
  }

  @Test
  void leavesAGapWhereALossIsNotFinite() throws IOException {
    double[] broken = {1, 0.8, Double.NaN, Double.POSITIVE_INFINITY, 0.5, 0.4};
    Pixels picture = draw(LossCurve.titled("").withEpochs(broken, new double[] {}));

    double epoch = 774 / 6.0;
    assertThat(picture.count(Ink.BLUE, 78 + 1.2 * epoch, 93, epoch * 0.6, 328)).isPositive();
    assertThat(picture.count(Ink.BLUE, 78 + 2.2 * epoch, 93, epoch * 2.6, 328)).isZero();
    assertThat(picture.count(Ink.BLUE, 78 + 5.2 * epoch, 93, epoch * 0.6, 328)).isPositive();
  }

  @Test
  void drawsATrainingWithoutASingleLoss() throws IOException {
    double[] lost = new double[700];
    Arrays.fill(lost, Double.NaN);
    Pixels picture = draw(LossCurve.titled("Lost").withSteps(lost).withEpochs(lost, lost));

    assertThat(picture.hasFreeRim()).isTrue();
  }

  @Test
  void shortensATitleThatIsTooLong() throws IOException {
    Pixels picture = draw(LossCurve.titled("Long ".repeat(80)).withSubtitle("long ".repeat(90)));

    assertThat(picture.hasFreeRim()).isTrue();
  }

  @Test
  void drawsTheSamePictureAgain() throws IOException {
    LossCurve curve = LossCurve.titled("Digits").withSteps(STEPS).withEpochs(TRAINING, VALIDATION);
    curve.write(folder.resolve("one.png"));
    curve.write(folder.resolve("two.png"));

    assertThat(folder.resolve("one.png")).hasSameBinaryContentAs(folder.resolve("two.png"));
  }

  @Test
  void makesMissingFoldersAndReplacesAFile() throws IOException {
    Path file = folder.resolve("new/folder/loss.png");
    LossCurve.titled("first").write(file);
    byte[] first = Files.readAllBytes(file);
    LossCurve.titled("second").write(file);

    assertThat(Files.readAllBytes(file)).isNotEqualTo(first);
  }

  private Pixels draw(LossCurve curve) throws IOException {
    Path file = folder.resolve("loss.png");
    curve.write(file);
    return Pixels.of(file);
  }
}
