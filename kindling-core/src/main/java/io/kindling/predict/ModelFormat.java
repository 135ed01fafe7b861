package io.kindling.predict;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads models of one format. Found by {@link java.util.ServiceLoader}; {@link Models} asks each in
 * turn. An implementation has no state and may be called by many threads.
 */
public interface ModelFormat {

  /** What users call it, such as {@code ONNX}. */
  String name();

  /**
   * Whether a file or folder looks like this format. Reads no more than its first bytes and names
   * of files; answers {@code true} also for a damaged one that can be nothing else, so that the
   * refusal comes from whoever knows the format.
   */
  boolean recognizes(ModelLook look);

  /**
   * What the files say. Runs nothing and reads all that a load would check. Operations that are not
   * allowed are findings of the description.
   *
   * @throws RefusedModelException if the files are damaged, or larger or deeper than the limits
   * @throws IOException if they cannot be read
   */
  ModelDescription describe(Path path, LoadOptions options) throws IOException;

  /**
   * Loads a model; the caller closes it.
   *
   * @throws RefusedModelException if anything was found that refuses it; the native library has
   *     then seen none of it
   * @throws io.kindling.engine.EngineException if the engine cannot load it
   * @throws IOException if the files cannot be read
   */
  LoadedModel load(Path path, LoadOptions options) throws IOException;
}
