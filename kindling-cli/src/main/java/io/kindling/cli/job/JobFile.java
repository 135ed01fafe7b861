package io.kindling.cli.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.cli.grammar.Definitions;
import io.kindling.cli.grammar.InvalidDocumentException;
import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.YamlText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code kindling train} is to do.
 *
 * <pre>{@code
 * data:
 *   train: {format: csv, path: penguins.csv, header: true, inferSchema: true}
 *   testFraction: 0.25
 * features: {numeric: [bill_length_mm, bill_depth_mm], categorical: [island]}
 * label: species
 * network:                                         # layers in order, or the name of a file with a network's JSON
 *   - input
 *   - dense: {units: 16, activation: relu}
 *   - dense: {units: 3}
 * optimizer: {adam: {learningRate: 0.01}}
 * epochs: 20
 * output: {model: /models/penguins, pictures: pictures}
 * }</pre>
 */
public record JobFile(
    Task task, Data data, Architecture network, Training training, Output output) {

  /**
   * Where rows are.
   *
   * @param test rows that are scored after training
   * @param testFraction the share of the rows that is kept for that, where there are no others
   */
  public record Data(Source train, Optional<Source> test, double testFraction) {}

  /** The rules of a job as JSON Schema. */
  public static ObjectNode schema() {
    return Definitions.document("urn:kindling:job", "A training job of Kindling", JobRules.JOB);
  }

  /**
   * Reads a job, all of it, before any work starts.
   *
   * @throws InvalidDocumentException with a line for each mistake
   * @throws IOException if the file, or the network's, cannot be read
   */
  public static JobFile read(Path file) throws IOException {
    Mistakes mistakes = new Mistakes(file.toString());
    Place place = YamlText.read(text("job", file), mistakes);
    JobRules.JOB.check(place, mistakes);
    JobFile job = new JobReader(place, folder(file), mistakes).read();
    mistakes.throwIfAny();
    return job;
  }

  /**
   * A job's file, and that of its network if it names one.
   *
   * @throws InvalidDocumentException if the job is wrong
   * @throws IOException if a file cannot be read
   */
  public static List<Path> files(Path file) throws IOException {
    read(file);
    Place network =
        YamlText.read(text("job", file), new Mistakes(file.toString())).field("network");
    return network.value().isTextual()
        ? List.of(file, Architecture.file(network, folder(file)))
        : List.of(file);
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().getParent();
  }

  static String text(String what, Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("Failed to read the " + what + " " + file + ": it does not exist.", e);
    } catch (CharacterCodingException e) {
      throw new IOException(
          "Failed to read the " + what + " " + file + ": it is no text in UTF-8.", e);
    } catch (IOException e) {
      throw new IOException(
          "Failed to read the " + what + " " + file + ": " + e.getMessage() + ".", e);
    }
  }
}
