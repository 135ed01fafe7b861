package io.kindling.benchmarks;

import io.kindling.model.TrainedModel;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.SignatureDef;

/**
 * A scoring loop as one writes it with TensorFlow-Java alone: the same graph, as a SavedModel, over
 * blocks of rows that lie ready as tensors.
 */
final class BareScoring implements AutoCloseable {

  private static final RunOptions IN_CALLERS_THREAD =
      RunOptions.newBuilder().setInterOpThreadPool(-1).build();

  private final SavedModelBundle model;
  private final List<Images.Tensors> blocks;
  private final String input;
  private final String output;

  /** Borrows the blocks. */
  BareScoring(TrainedModel trained, List<Images.Tensors> blocks) throws IOException {
    this.blocks = blocks;
    Path folder = Files.createTempDirectory("kindling-saved-model").resolve("model");
    SavedModelExport.write(folder, trained.network(), trained.parameters(), trained.state());
    this.model =
        SavedModelBundle.loader(folder.toString())
            .withTags("serve")
            .withConfigProto(
                ConfigProto.newBuilder()
                    .setIntraOpParallelismThreads(1)
                    .setInterOpParallelismThreads(1)
                    .build())
            .load();
    SignatureDef signature = model.metaGraphDef().getSignatureDefOrThrow("serving_default");
    this.input = signature.getInputsMap().values().iterator().next().getName();
    this.output = signature.getOutputsMap().values().iterator().next().getName();
  }

  /** Scores every block once, and says how many seconds it took. */
  double score() {
    Session session = model.session();
    long start = System.nanoTime();
    for (Images.Tensors block : blocks) {
      try (Result fetched =
          session
              .runner()
              .setOptions(IN_CALLERS_THREAD)
              .feed(input, block.images())
              .fetch(output)
              .run()) {
        if (fetched.get(0).shape().get(0) != block.images().shape().get(0)) {
          throw new IllegalStateException("The bare loop lost rows.");
        }
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    model.close();
  }
}
