package io.kindling.onnx;

import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelFormat;
import io.kindling.predict.ModelLook;
import io.kindling.predict.RefusedModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * ONNX models: a file, and files beside it where its tensors are large; a folder that holds one
 * such file stands for it. Has one signature, {@code serving_default}: inputs are those of the
 * graph that the file gives no value, and so no weights.
 */
public final class OnnxFormat implements ModelFormat {

  /** For the service loader. */
  public OnnxFormat() {}

  @Override
  public String name() {
    return "ONNX";
  }

  @Override
  public boolean recognizes(ModelLook look) {
    byte[] head = look.head();
    if (look.isFolder()) {
      return models(look).size() == 1 && !look.has("saved_model.pb");
    }
    if (head.length < 2) {
      return false;
    }
    // The version comes first: a small number in the field 1. What follows it is of a model.
    boolean beginsWithVersion = head[0] == 0x08 && head[1] > 0 && head[1] < 64;
    return look.isNamed(".onnx")
        ? head[0] == 0x08 || head[0] == 0x3a || head[0] == 0x12
        : beginsWithVersion && head.length > 2 && isFieldOfModel(head[2]) && !look.isNamed(".pb");
  }

  private static List<String> models(ModelLook folder) {
    return folder.entries().stream()
        .filter(entry -> entry.toLowerCase(Locale.ROOT).endsWith(".onnx"))
        .toList();
  }

  /** The model's own file. */
  private static Path file(Path path) throws IOException {
    ModelLook look = ModelLook.at(path);
    return look.isFolder() ? path.resolve(models(look).get(0)) : path;
  }

  private static boolean isFieldOfModel(byte tag) {
    return tag == 0x12 || tag == 0x1a || tag == 0x22 || tag == 0x3a || tag == 0x42;
  }

  @Override
  public ModelDescription describe(Path path, LoadOptions options) throws IOException {
    return describe(OnnxFile.read(file(path), options));
  }

  private ModelDescription describe(OnnxFile file) {
    return new ModelDescription(
        name(),
        file.producer(),
        List.of(file.signature()),
        file.operations(),
        file.size(),
        file.findings());
  }

  @Override
  public LoadedModel load(Path model, LoadOptions options) throws IOException {
    Path path = file(model);
    OnnxFile file = OnnxFile.read(path, options);
    if (file.findings().stream().anyMatch(Finding::refuses)) {
      throw new RefusedModelException(path, file.findings());
    }
    return OnnxModel.open(path, file, describe(file), options);
  }
}
