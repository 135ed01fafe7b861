package io.kindling.predict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a model is loaded. {@link #defaults()} fits most; change what differs with {@code with…}.
 *
 * @param tags of the graph to load from a SavedModel that has several; {@code serve} unless said,
 *     and the only graph is taken whatever its tags
 * @param outputs tensors of a graph of TensorFlow's, such as {@code dense/Softmax:0}, to take for
 *     its outputs in place of those that its signatures name; empty: the signatures', or what no
 *     other operation reads
 * @param allowUnsafe names of operations that are allowed although they do more than compute: a
 *     model that holds them is a program, and runs with the rights of this process
 * @param limits sizes and counts
 * @param threads of one computation; 0 leaves it to the engine
 * @param gpus numbers of the graphics processors to compute on, as CUDA counts them; none for the
 *     processor alone
 */
public record LoadOptions(
    Set<String> tags,
    List<String> outputs,
    Set<String> allowUnsafe,
    ModelLimits limits,
    int threads,
    List<Integer> gpus) {

  /** The tag of graphs for scoring, which savers give unless told otherwise. */
  public static final String DEFAULT_TAG = "serve";

  public LoadOptions {
    tags = Set.copyOf(tags);
    outputs = List.copyOf(outputs);
    allowUnsafe = Set.copyOf(allowUnsafe);
    gpus = List.copyOf(gpus);
    if (threads < 0) {
      throw new IllegalArgumentException(
          "Invalid number of threads " + threads + ". Use 1 or more, or 0 for the engine's own.");
    }
  }

  public static LoadOptions defaults() {
    return new LoadOptions(
        Set.of(DEFAULT_TAG), List.of(), Set.of(), ModelLimits.defaults(), 0, List.of());
  }

  public LoadOptions withTags(String... all) {
    return new LoadOptions(Set.of(all), outputs, allowUnsafe, limits, threads, gpus);
  }

  public LoadOptions withOutputs(String... tensors) {
    return new LoadOptions(tags, List.of(tensors), allowUnsafe, limits, threads, gpus);
  }

  /** Allows these operations, by name, besides those allowed before. */
  public LoadOptions allowingUnsafe(String... operations) {
    Set<String> all = new TreeSet<>(allowUnsafe);
    all.addAll(Arrays.asList(operations));
    return new LoadOptions(tags, outputs, all, limits, threads, gpus);
  }

  public LoadOptions withLimits(ModelLimits other) {
    return new LoadOptions(tags, outputs, allowUnsafe, other, threads, gpus);
  }

  public LoadOptions withThreads(int number) {
    return new LoadOptions(tags, outputs, allowUnsafe, limits, number, gpus);
  }

  /** Computes on these graphics processors. */
  public LoadOptions onGpus(List<Integer> numbers) {
    return new LoadOptions(tags, outputs, allowUnsafe, limits, threads, numbers);
  }

  /** Tags in one order, for messages. */
  public List<String> sortedTags() {
    List<String> sorted = new ArrayList<>(tags);
    sorted.sort(null);
    return sorted;
  }
}
