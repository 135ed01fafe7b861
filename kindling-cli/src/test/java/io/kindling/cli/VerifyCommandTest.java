package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of every format, and Kindling's own, are told and checked without being run. */
class VerifyCommandTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @NeedsShared
  @CsvSource({
    "keras/fashion_mnist_cnn.keras, Keras",
    "keras/resnet8_cifar10.h5, Keras",
    "onnx/opt-mnist.onnx, ONNX",
    "savedmodel/half_plus_two_tf2, TensorFlow SavedModel"
  })
  void modelsMadeElsewhereAreInspectedAndVerified(String name, String format) {
    String path = SharedData.path("models/" + name).toString();

    Outcome verified = Outcome.of("verify", path);
    Outcome inspected = Outcome.of("inspect", path);

    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.lastLine()).isEqualTo("Nothing refuses " + format + " " + path + ".");
    assertThat(inspected.exitCode()).as(inspected.err()).isZero();
    assertThat(inspected.out()).startsWith(format + ", ").contains("'serving_default': [");
  }

  @Test
  @NeedsShared
  void weightsWithoutAModelAreRefused() {
    Outcome refused =
        Outcome.of(
            "verify",
            SharedData.path("models/keras/squeezenet_imagenet_notop_weights.h5").toString());

    assertThat(refused.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(refused.err()).contains("it holds weights only, no model");
  }

  @Test
  void whatKindlingSavedIsVerifiedByItsSavedModel() throws IOException {
    Network network = Network.sequential(Input.of("x", 2), Dense.of(1));
    SavedModelExport.write(
        folder.resolve("model/saved_model"),
        network,
        new float[network.parameters().size()],
        new float[network.state().size()]);
    Files.createDirectory(folder.resolve("metadata"));

    Outcome verified = Outcome.of("verify", folder.toString());

    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.lastLine())
        .isEqualTo("Nothing refuses TensorFlow SavedModel " + folder + ".");
  }

  @Test
  void whereThereIsNothingItSaysSo() {
    Outcome failed = Outcome.of("verify", folder.resolve("nowhere").toString());

    assertThat(failed.exitCode()).isEqualTo(Kindling.FAILED);
    assertThat(failed.err()).contains("There is no model at " + folder.resolve("nowhere"));
  }
}
