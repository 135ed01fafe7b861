package io.kindling.cli;

import io.kindling.cli.job.JobFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Where the results of a training go: whatever is wrong with that is better known before hours of
 * training than after.
 */
final class Results {

  private Results() {}

  /**
   * Checks that model and pictures can be written, and that nothing else is lost by it.
   *
   * @throws IllegalArgumentException if the model would replace something that is no model, or lie
   *     in the data
   * @throws IOException if a folder cannot be written
   */
  static void check(SparkSession session, JobFile file) throws IOException {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Path model = new Path(file.output().model());
    FileSystem fileSystem = model.getFileSystem(hadoop);
    for (Path input : inputs(file)) {
      if (overlap(fileSystem.makeQualified(model), qualified(input, hadoop))) {
        throw new IllegalArgumentException(
            "The model cannot be written to "
                + model
                + " (output.model), because the data are read from "
                + input
                + ". Name another folder.");
      }
    }
    if (fileSystem.exists(model) && !fileSystem.exists(new Path(model, "metadata"))) {
      throw new IllegalArgumentException(
          "The model cannot be written to "
              + model
              + " (output.model): something stands there that is no saved model and would be lost."
              + " Name another folder.");
    }
    probe(fileSystem, parent(fileSystem.makeQualified(model)), "output.model");
    if (file.output().pictures() != null) {
      Path pictures = new Path(java.nio.file.Path.of(file.output().pictures()).toUri());
      probe(pictures.getFileSystem(hadoop), pictures, "output.pictures");
    }
  }

  private static Path parent(Path path) {
    return Objects.requireNonNullElse(path.getParent(), path);
  }

  /** The paths among the sources. */
  private static List<Path> inputs(JobFile file) {
    List<Path> inputs = new ArrayList<>();
    for (JobFile.Source source : new JobFile.Source[] {file.data().train(), file.data().test()}) {
      if (source != null && source.path() != null) {
        inputs.add(new Path(source.path()));
      }
    }
    return inputs;
  }

  /**
   * With scheme and authority, where its file system is known; data may lie in another than the
   * model.
   */
  private static Path qualified(Path input, Configuration hadoop) {
    try {
      return input.getFileSystem(hadoop).makeQualified(input);
    } catch (IOException e) {
      // Whoever reads it says so.
      return input;
    }
  }

  private static boolean overlap(Path one, Path other) {
    return isWithin(one, other) || isWithin(other, one);
  }

  private static boolean isWithin(Path path, Path folder) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (each.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** Writes a file into a folder and takes it away again. */
  private static void probe(FileSystem fileSystem, Path folder, String field) throws IOException {
    Path probe = new Path(folder, ".kindling-" + UUID.randomUUID());
    try {
      fileSystem.create(probe).close();
      fileSystem.delete(probe, false);
    } catch (IOException e) {
      throw new IOException(
          "Failed to write to " + folder + " (" + field + "): " + e.getMessage(), e);
    }
  }
}
