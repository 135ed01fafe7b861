package io.kindling.engine;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Makes engines of one kind. Found by {@link ServiceLoader}, so that whoever computes networks need
 * not know which engine is on the class path.
 */
public interface EngineProvider {

  /**
   * An engine; nobody has to close it.
   *
   * @param threads of one computation; 0 leaves it to the engine
   * @param gpus numbers of the graphics processors to compute on, as CUDA counts them; none for the
   *     processor alone
   */
  Engine engine(int threads, List<Integer> gpus);

  /**
   * The provider on the class path.
   *
   * @throws EngineException if there is none
   */
  static EngineProvider onClassPath() {
    // Spark's executors load jars of the application by the thread's class loader, not by ours.
    return first(Thread.currentThread().getContextClassLoader())
        .or(() -> first(EngineProvider.class.getClassLoader()))
        .orElseThrow(
            () ->
                new EngineException(
                    "There is no engine on the class path to compute networks with. Add"
                        + " kindling-tensorflow to it."));
  }

  private static Optional<EngineProvider> first(ClassLoader loader) {
    return ServiceLoader.load(EngineProvider.class, loader).findFirst();
  }
}
