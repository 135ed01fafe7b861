package io.kindling.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kindling.engine.EngineException;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.OpenRuns;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model in a session of ONNX Runtime's. */
final class OnnxModel implements LoadedModel {

  /** Where tensors outside of the file are looked for; the file itself is given as bytes. */
  private static final String EXTERNAL_FOLDER =
      "session.model_external_initializers_file_folder_path";

  /** Without it, ONNX Runtime takes what looks like its own format for that. */
  private static final String FORMAT = "session.load_model_format";

  private final ModelDescription description;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Optional<OnnxStrings> strings;
  private final OpenRuns runs;

  /**
   * @param strings to read outputs with, if one is of strings; owned by this, as the session is
   */
  private OnnxModel(
      Path path,
      ModelDescription description,
      OrtEnvironment environment,
      OrtSession session,
      Optional<OnnxStrings> strings) {
    this.description = description;
    this.environment = environment;
    this.session = session;
    this.strings = strings;
    this.runs = new OpenRuns("The model " + path, this::free);
  }

  /**
   * Gives a checked file to ONNX Runtime.
   *
   * @throws EngineException if it refuses it
   */
  static OnnxModel open(
      Path path, OnnxFile file, ModelDescription description, LoadOptions options) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      if (options.threads() > 0) {
        settings.setIntraOpNumThreads(options.threads());
      }
      for (int gpu : options.gpus()) {
        settings.addCUDA(gpu);
      }
      if (file.hasExternalData()) {
        Path folder = path.toAbsolutePath().getParent();
        settings.addConfigEntry(EXTERNAL_FOLDER, String.valueOf(folder));
      }
      settings.addConfigEntry(FORMAT, "ONNX");
      OrtSession session = environment.createSession(file.bytes(), settings);
      try {
        return new OnnxModel(
            path, description, environment, session, strings(environment, description));
      } catch (OrtException | RuntimeException | Error e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new EngineException(
          "Failed to load the model " + path + ". ONNX Runtime says: " + e.getMessage(), e);
    }
  }

  private static Optional<OnnxStrings> strings(
      OrtEnvironment environment, ModelDescription description) throws OrtException {
    boolean givesStrings =
        description.signatures().stream()
            .flatMap(signature -> signature.outputs().stream())
            .anyMatch(output -> output.type() == ValueType.STRING);
    return givesStrings ? Optional.of(OnnxStrings.open(environment)) : Optional.empty();
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Map<String, TensorValue> run(
      String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    ModelSignature called = description.signature(signature);
    called.requireInputs(inputs);
    outputs.forEach(called::output);
    runs.enter();
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, TensorValue> input : inputs.entrySet()) {
        fed.put(input.getKey(), tensor(input.getKey(), input.getValue()));
      }
      try (OrtSession.Result result = session.run(fed, new LinkedHashSet<>(outputs))) {
        Map<String, TensorValue> values = new LinkedHashMap<>();
        for (String output : outputs) {
          values.put(output, value(output, result.get(output).orElseThrow()));
        }
        return values;
      }
    } catch (OrtException e) {
      throw new EngineException("Failed to compute. ONNX Runtime says: " + e.getMessage(), e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
      runs.exit();
    }
  }

  /** Reads direct buffers in place, others through a copy. */
  private OnnxTensor tensor(String input, TensorValue value) throws OrtException {
    if (value.type() == ValueType.STRING) {
      return OnnxStrings.tensor(environment, input, value);
    }
    ByteBuffer data = value.data();
    if (!data.isDirect()) {
      data = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
      data.put(value.data()).flip();
    }
    return OnnxTensor.createTensor(
        environment, data, value.shape(), OnnxTypes.javaType(value.type()).orElseThrow());
  }

  private TensorValue value(String name, OnnxValue given) throws OrtException {
    if (!(given instanceof OnnxTensor tensor)) {
      throw new EngineException(
          "Output '" + name + "' is " + given.getType() + ", not a tensor. Leave it out.");
    }
    long[] shape = tensor.getInfo().getShape();
    ValueType type =
        OnnxTypes.valueType(tensor.getInfo().onnxType)
            .orElseThrow(
                () ->
                    new EngineException(
                        "Unsupported element type "
                            + tensor.getInfo().onnxType
                            + " of output '"
                            + name
                            + "'. Cast it in the model."));
    if (type == ValueType.STRING) {
      return strings.orElseThrow().value(name, tensor);
    }
    ByteBuffer data = tensor.getByteBuffer();
    return TensorValue.of(type, data.order(ByteOrder.nativeOrder()), shape);
  }

  private void free() {
    try {
      session.close();
      if (strings.isPresent()) {
        strings.get().close();
      }
    } catch (OrtException e) {
      System.getLogger(OnnxModel.class.getName())
          .log(Logger.Level.WARNING, "Failed to close a session of ONNX Runtime", e);
    }
  }

  @Override
  public void close() {
    runs.close();
  }

  @Override
  public String toString() {
    return description.toString();
  }
}
