package io.kindling.spark.predict;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelLimits;
import io.kindling.predict.Models;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.input.Device;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.reflect.ClassTag$;

/**
 * A model's files on a file system that every node sees, and how they are loaded. Travels with the
 * tasks; equal files with equal settings are one model of an executor.
 *
 * @param path of the file or folder, on any Hadoop file system
 * @param fingerprint of the files' names and bytes: whatever stands at the path later, only these
 *     are loaded
 */
public record ModelFiles(
    String path,
    String fingerprint,
    Settings settings,
    Broadcast<SerializableConfiguration> configuration)
    implements ExecutorModel {

  private static final long serialVersionUID = 1;

  /** {@link LoadOptions} as plain values. */
  public record Settings(
      List<String> tags, List<String> outputs, List<String> allowUnsafe, int threads, Device device)
      implements Serializable {

    /** Those of a model of which nothing more is said. */
    public static Settings ofThreads(int threads) {
      return new Settings(List.of(), List.of(), List.of(), threads, Device.CPU);
    }

    /** With what a user says of a model that is to be loaded. */
    public LoadOptions options() {
      LoadOptions options =
          LoadOptions.defaults()
              .withOutputs(outputs.toArray(String[]::new))
              .allowingUnsafe(allowUnsafe.toArray(String[]::new))
              .withLimits(ModelLimits.defaults())
              .withThreads(threads);
      return tags.isEmpty() ? options : options.withTags(tags.toArray(String[]::new));
    }
  }

  @Override
  public String label() {
    return path;
  }

  @Override
  public String id() {
    return "kindling-files-" + fingerprint + "-" + settings;
  }

  @Override
  public LoadedModel load() {
    ExecutorEngine.unpackLibrary();
    try {
      return Models.load(
          NodeModels.here().fetch(path, fingerprint, configuration.value().value()),
          settings.device() == Device.GPU
              ? settings.options().onGpus(ExecutorEngine.gpusOfTask())
              : settings.options());
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to load the model " + path + ": " + e.getMessage(), e);
    }
  }

  /** Files that have been described, on their way to the executors. */
  public static ModelFiles of(Described described, Settings settings, SparkContext context) {
    return new ModelFiles(
        described.path(),
        described.fingerprint(),
        settings,
        context.broadcast(
            new SerializableConfiguration(context.hadoopConfiguration()),
            ClassTag$.MODULE$.apply(SerializableConfiguration.class)));
  }

  /**
   * What a model's files say.
   *
   * @param path of the file or folder that holds all of them
   */
  public record Described(String path, ModelDescription description, String fingerprint) {}

  /**
   * Looks at a model's files, on the driver.
   *
   * @throws io.kindling.predict.RefusedModelException if they are refused
   */
  public static Described describe(String path, Settings settings, Configuration configuration) {
    try {
      NodeModels.Found found = NodeModels.here().find(path, configuration);
      ModelDescription description = Models.describe(found.local(), settings.options());
      requireWhole(path, found.local(), description);
      return new Described(found.path(), description, found.fingerprint());
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read the model " + path + ": " + e.getMessage(), e);
    }
  }

  /** What lies beside a single file is neither copied to the nodes nor part of the fingerprint. */
  private static void requireWhole(String path, Path local, ModelDescription description)
      throws IOException {
    if (Files.isRegularFile(local) && description.bytes() > Files.size(local)) {
      throw new IllegalArgumentException(
          "The model "
              + path
              + " lies in several files: "
              + description.bytes()
              + " bytes, of which this one has "
              + Files.size(local)
              + ". Put them in a folder of their own, and name the folder.");
    }
  }
}
