package io.kindling.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The one door for models that were made elsewhere. Finds the format, lets it check the files, and
 * loads them.
 *
 * <p>Formats come from the modules on the class path: {@code kindling-tensorflow} reads
 * SavedModels, and with them the models that Kindling saved, frozen graphs and checkpoints, {@code
 * kindling-onnx} reads ONNX, {@code kindling-keras} files of Keras.
 */
public final class Models {

  private Models() {}

  /**
   * Loads a model for scoring; the caller closes it.
   *
   * @throws RefusedModelException if no format reads it, or the check found what refuses it
   * @throws IOException if there is no such file, or it cannot be read
   */
  public static LoadedModel load(Path path, LoadOptions options) throws IOException {
    return formatOf(path).load(path, options);
  }

  /** Loads with {@link LoadOptions#defaults()}. */
  public static LoadedModel load(Path path) throws IOException {
    return load(path, LoadOptions.defaults());
  }

  /**
   * What a model's files say, without running anything. What would keep it from being loaded is
   * among the findings.
   *
   * @throws RefusedModelException if no format reads it, or the files are damaged or exceed the
   *     limits
   * @throws IOException if there is no such file, or it cannot be read
   */
  public static ModelDescription describe(Path path, LoadOptions options) throws IOException {
    return formatOf(path).describe(path, options);
  }

  /** Describes with {@link LoadOptions#defaults()}. */
  public static ModelDescription describe(Path path) throws IOException {
    return describe(path, LoadOptions.defaults());
  }

  /** Names of the formats on the class path, in alphabetical order. */
  public static List<String> formats() {
    return all().stream().map(ModelFormat::name).sorted().toList();
  }

  /**
   * The format of a file or folder.
   *
   * @throws RefusedModelException if none on the class path reads it; the message says what was
   *     seen
   * @throws IOException if there is no such file, or it cannot be read
   */
  public static ModelFormat formatOf(Path path) throws IOException {
    ModelLook look = ModelLook.at(path);
    List<ModelFormat> formats = all();
    Optional<ModelFormat> format =
        formats.stream().filter(candidate -> candidate.recognizes(look)).findFirst();
    return format.orElseThrow(
        () ->
            new RefusedModelException(
                path,
                List.of(
                    new Finding(
                        Finding.Kind.CONTENT,
                        ForeignFile.describe(look)
                            + " Formats on the class path: "
                            + formats.stream().map(ModelFormat::name).sorted().toList()
                            + "."))));
  }

  private static List<ModelFormat> all() {
    // Spark's executors load jars of the application by the thread's class loader, not by ours.
    List<ModelFormat> formats = new ArrayList<>();
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    if (ofThread != null) {
      ServiceLoader.load(ModelFormat.class, ofThread).forEach(formats::add);
    }
    for (ModelFormat format :
        ServiceLoader.load(ModelFormat.class, Models.class.getClassLoader())) {
      if (formats.stream().noneMatch(known -> known.getClass() == format.getClass())) {
        formats.add(format);
      }
    }
    return formats;
  }
}
