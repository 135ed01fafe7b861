package io.kindling.keras;

import io.kindling.model.TrainedModel;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelFolder;
import io.kindling.predict.ModelFormat;
import io.kindling.predict.ModelLook;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import io.kindling.tensor.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files of Keras, {@code .keras} and {@code .h5}: read by {@link KerasModel} into a network of our
 * layers, which the engine on the class path computes as it does any other. Has one signature,
 * {@code serving_default}, with the names of Keras's inputs and output layers and any number of
 * rows. Operations are our layers. What of the model we do not have is found, layer by layer; a
 * model that leaves sizes of rows free is refused here and read by {@link KerasModel}.
 */
public final class KerasFormat implements ModelFormat {

  /** For the service loader. */
  public KerasFormat() {}

  @Override
  public String name() {
    return "Keras";
  }

  @Override
  public boolean recognizes(ModelLook look) {
    return !look.isFolder()
        && (Hdf5.hasMagic(look.head())
            || (KerasArchive.hasMagic(look.head()) && (look.isNamed(".keras") || isOurs(look))));
  }

  /** Whether the first entries of a zip file are those that Keras writes. */
  private static boolean isOurs(ModelLook look) {
    String head = new String(look.head(), StandardCharsets.ISO_8859_1);
    return head.contains("metadata.json") && head.contains("config.json");
  }

  /**
   * What a file holds.
   *
   * @param model null where the description's findings refuse it
   */
  private record Content(TrainedModel model, ModelDescription description) {}

  @Override
  public ModelDescription describe(Path path, LoadOptions options) throws IOException {
    return read(path, options).description();
  }

  @Override
  public LoadedModel load(Path path, LoadOptions options) throws IOException {
    Content content = read(path, options);
    if (!content.description().isAcceptable()) {
      throw new RefusedModelException(path, content.description().findings());
    }
    return NetworkModel.open(path, content.model(), content.description(), options);
  }

  private Content read(Path path, LoadOptions options) throws IOException {
    requireSmall(path, options);
    Findings findings = new Findings(path);
    try {
      TrainedModel model = KerasModel.read(path, Map.of(), findings);
      LayerNetwork network = (LayerNetwork) model.network();
      if (network.steps().size() > options.limits().nodes()) {
        throw refused(
            path,
            Finding.Kind.COUNT,
            "it has more than %d layers (limit 'nodes')".formatted(options.limits().nodes()));
      }
      return new Content(
          model,
          new ModelDescription(
              name(),
              model.provenance().entries().getOrDefault(KerasModel.SOURCE_FORMAT, name()),
              List.of(signature(network)),
              operations(network),
              Files.size(path),
              List.of()));
    } catch (FileSystemException | RefusedModelException e) {
      throw e;
    } catch (IOException e) {
      throw refused(path, Finding.Kind.CONTENT, e.getMessage());
    } catch (IllegalArgumentException e) {
      if (findings.isEmpty()) {
        throw refused(path, Finding.Kind.CONTENT, e.getMessage());
      }
      return new Content(
          null,
          new ModelDescription(
              name(), "", List.of(), new TreeMap<>(), Files.size(path), findings.all()));
    }
  }

  private static void requireSmall(Path path, LoadOptions options) throws IOException {
    Path file = path.toRealPath();
    ModelFolder.of(file, options.limits()).file(file.getFileName().toString());
  }

  private static RefusedModelException refused(Path path, Finding.Kind kind, String text) {
    return new RefusedModelException(path, List.of(new Finding(kind, text)));
  }

  private static ModelSignature signature(Network network) {
    return new ModelSignature(
        ModelSignature.DEFAULT, types(network.inputs()), types(network.outputs()));
  }

  private static List<TensorType> types(List<TensorSpec> specs) {
    return specs.stream().map(KerasFormat::type).toList();
  }

  private static TensorType type(TensorSpec spec) {
    long[] dimensions = new long[spec.shape().rank() + 1];
    dimensions[0] = TensorType.FREE;
    for (int axis = 1; axis < dimensions.length; axis++) {
      dimensions[axis] = spec.shape().dimension(axis - 1);
    }
    return TensorType.of(spec.name(), ValueType.valueOf(spec.type().name()), dimensions);
  }

  private static SortedMap<String, Integer> operations(LayerNetwork network) {
    SortedMap<String, Integer> operations = new TreeMap<>();
    network
        .steps()
        .forEach(
            step -> operations.merge(step.layer().getClass().getSimpleName(), 1, Integer::sum));
    return operations;
  }
}
