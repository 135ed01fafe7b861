package io.kindling.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the door says of files that none of the formats reads. */
class ModelsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a.bin    | ''                                     | It is an empty file.
          a.onnx   | version https://git-lfs.github.com/v1  | It is a pointer of Git LFS
          a.h5     | \\u0089HDF\\u000d\\u000a\\u001a\\u000a             | It is an HDF5 file
          a.pt     | PK\\u0003\\u0004archive/data.pkl       | TorchScript and other files of PyTorch are not supported. Load it in PyTorch and export it with torch.onnx.export.
          a.keras  | PK\\u0003\\u0004config.json            | It is named as a file of Keras. Add kindling-keras
          a.zip    | PK\\u0003\\u0004saved_model.pb         | It is a zip archive. Unpack it
          a.pth    | \\u0080\\u0002}q                       | PyTorch's pickled files are not supported: they are programs.
          a.t7     | \\u0004\\u0000                         | Torch7 files are not supported.
          a.caffemodel | \\u000a\\u0003net                  | Caffe models are not supported.
          a.tflite | \\u001c\\u0000\\u0000\\u0000TFL3       | TensorFlow Lite models are not supported.
          a.tgz    | \\u001f\\u008b                         | It is compressed with gzip.
          a.pbtxt  | node {                                 | It is a text
          a.bin    | abcdefghij                             | Its first bytes, 61 62 63 64 65 66 67 68, are of no model format known here.
          """)
  void saysWhatAFileLooksLike(String name, String content, String message) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes(content));
    assertThatThrownBy(() -> Models.load(file))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageStartingWith("Refused the model " + file + ": content: ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("Formats on the class path: [].");
  }

  /**
   * Of a text with characters up to 255, written as Java escapes them where they are not printable.
   */
  private static byte[] bytes(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i)) {
        plain.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          saved_model.pb    | It looks like a TensorFlow SavedModel. Add kindling-tensorflow
          saved_model.pbtxt | It is a SavedModel written as text.
          variables         | It is a folder without saved_model.pb: a part of a SavedModel.
          model.safetensors | It holds weights without a network, of PyTorch.
          other             | It is a folder without saved_model.pb; it holds [other].
          """)
  void saysWhatAFolderLooksLike(String entry, String message) throws IOException {
    Files.createFile(folder.resolve(entry));
    assertThatThrownBy(() -> Models.describe(folder)).hasMessageContaining(message);
  }

  @Test
  void saysThatAPipelineIsMoreThanAModel() throws IOException {
    Files.createDirectory(folder.resolve("metadata"));
    Files.createDirectory(folder.resolve("stages"));
    assertThatThrownBy(() -> Models.describe(folder))
        .hasMessageContaining("It is a pipeline that Spark saved.")
        .hasMessageContaining("name the folder of one of its stages");
  }

  @Test
  void saysWhyThereIsNoSignature() {
    ModelDescription refused =
        new ModelDescription(
            "Keras",
            "",
            List.of(),
            new TreeMap<>(),
            0,
            List.of(new Finding(Finding.Kind.OPERATION, "layer 'a' is code")));
    assertThatThrownBy(refused::defaultSignature)
        .hasMessage(
            "The model has no signature 'serving_default'. It has []. It is refused: operation:"
                + " layer 'a' is code");
  }

  @Test
  void saysThatThereIsNothing() {
    assertThatThrownBy(() -> Models.describe(folder))
        .hasMessageContaining("It is an empty folder.");
    assertThatThrownBy(() -> Models.load(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void keepsItsMessageWhenSerialized() {
    RefusedModelException refused =
        new RefusedModelException(
            Path.of("m"),
            List.of(
                new Finding(Finding.Kind.OPERATION, "'a' is ReadFile"),
                new Finding(Finding.Kind.NOTE, "big")));
    assertThat(refused).hasMessage("Refused the model m: operation: 'a' is ReadFile");
    assertThat(refused.findings()).hasSize(2);
  }
}
