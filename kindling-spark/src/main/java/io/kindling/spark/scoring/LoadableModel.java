package io.kindling.spark.scoring;

import java.io.Serializable;

/**
 * Says how an executor comes by a model. Travels with the tasks.
 *
 * @param <M> what is loaded
 */
public interface LoadableModel<M extends AutoCloseable> extends Serializable {

  /** One per model and version: equal ids are one loaded model. */
  String id();

  /** Loads it; the caller closes it. */
  M load();
}
