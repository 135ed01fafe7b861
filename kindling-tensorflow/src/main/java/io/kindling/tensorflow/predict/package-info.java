/**
 * Models that TensorFlow or its front ends made: SavedModels, frozen graphs, checkpoints with their
 * graph, as {@link io.kindling.predict.LoadedModel}s.
 *
 * <p>A file is read here field by field before TensorFlow sees any of it. What the model's outputs,
 * its restore and its initialization do not need is left out of the graph; what is left has to be
 * on the list of {@link io.kindling.tensorflow.AllowedOperations}, and reads no file but the
 * model's own. The graph that was checked is the one that is given to TensorFlow: its own loader,
 * which would read the files once more, is not used. Knows nothing of Spark, and no native calls,
 * which are those of {@link io.kindling.tensorflow.LoadedGraph}.
 */
package io.kindling.tensorflow.predict;
