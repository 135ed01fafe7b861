package io.kindling.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kindling.engine.EngineException;
import io.kindling.predict.TensorValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Texts on their way into ONNX Runtime and out of it. ONNX's strings are UTF-8, but ONNX Runtime's
 * Java library takes and gives them in the JVM's own variant, which is the same for the characters
 * U+0001 to U+FFFF alone: others it turns into bytes that are no UTF-8, ends at a zero, and reads
 * what is no UTF-8 as characters that were never there. None of that is told. So what cannot pass
 * is refused on the way in; on the way out a small model of ours compares what was read with what
 * is there.
 *
 * <p>May be used by many threads at once.
 */
final class OnnxStrings implements AutoCloseable {

  private static final String EQUAL = "equal-strings.onnx";

  private final OrtEnvironment environment;
  private final OrtSession equal;

  private OnnxStrings(OrtEnvironment environment, OrtSession equal) {
    this.environment = environment;
    this.equal = equal;
  }

  /** Loads the model that compares; the caller closes it. */
  static OnnxStrings open(OrtEnvironment environment) throws OrtException {
    try (InputStream in = OnnxStrings.class.getResourceAsStream(EQUAL);
        OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      if (in == null) {
        throw new IllegalStateException("kindling-onnx's jar lacks " + EQUAL + ". Build it again.");
      }
      settings.setIntraOpNumThreads(1);
      return new OnnxStrings(environment, environment.createSession(in.readAllBytes(), settings));
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read " + EQUAL, e);
    }
  }

  /**
   * A tensor of texts, to be closed by the caller.
   *
   * @throws IllegalArgumentException if one of them is no text, or has characters that do not pass
   */
  static OnnxTensor tensor(OrtEnvironment environment, String input, TensorValue value)
      throws OrtException {
    List<String> texts;
    try {
      texts = value.strings();
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("Input '" + input + "' takes texts. " + e.getMessage(), e);
    }
    for (String text : texts) {
      if (!passes(text)) {
        throw new IllegalArgumentException(
            "Input '%s': ONNX Runtime's Java library takes no character U+0000 and none beyond U+FFFF, such as most emoji. Leave them out, or encode them as the model expects."
                .formatted(input));
      }
    }
    return OnnxTensor.createTensor(environment, texts.toArray(String[]::new), value.shape());
  }

  private static boolean passes(String text) {
    return text.chars().noneMatch(each -> each == 0 || Character.isSurrogate((char) each));
  }

  /**
   * Copies the texts of an output.
   *
   * @throws EngineException if one of them cannot be read as it is
   */
  TensorValue value(String output, OnnxTensor tensor) throws OrtException {
    long[] shape = tensor.getInfo().getShape();
    List<String> texts = new ArrayList<>();
    flatten(tensor.getValue(), texts);
    if (!texts.stream().allMatch(OnnxStrings::passes) || !isExactly(tensor, texts, shape)) {
      throw new EngineException(
          "Output '%s' holds a string that is not UTF-8, or has a character U+0000 or one beyond U+FFFF, which ONNX Runtime's Java library does not give. Encode it in the model, or leave the output out."
              .formatted(output));
    }
    return TensorValue.ofStrings(texts, shape);
  }

  /** Strings come in arrays of arrays. */
  private static void flatten(Object nested, List<String> texts) {
    if (nested instanceof Object[] many) {
      for (Object each : many) {
        flatten(each, texts);
      }
    } else {
      texts.add((String) nested);
    }
  }

  private boolean isExactly(OnnxTensor tensor, List<String> texts, long[] shape)
      throws OrtException {
    if (texts.isEmpty()) {
      return true;
    }
    try (OnnxTensor read =
            OnnxTensor.createTensor(environment, texts.toArray(String[]::new), shape);
        OrtSession.Result result = equal.run(Map.of("a", tensor, "b", read))) {
      ByteBuffer flags = ((OnnxTensor) result.get(0)).getByteBuffer();
      while (flags.hasRemaining()) {
        if (flags.get() == 0) {
          return false;
        }
      }
      return true;
    }
  }

  @Override
  public void close() throws OrtException {
    equal.close();
  }
}
