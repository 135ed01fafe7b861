package io.kindling.spark.scoring;

import io.kindling.engine.Engine;
import java.io.Serializable;

/** Says, on the machine where it is called, which engine compiles. Travels with the tasks. */
@FunctionalInterface
public interface EngineFactory extends Serializable {

  /** The engine of this JVM; as engines own threads, every call had better return the same. */
  Engine engine();
}
