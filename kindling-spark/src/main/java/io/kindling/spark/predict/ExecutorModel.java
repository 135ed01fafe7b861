package io.kindling.spark.predict;

import io.kindling.predict.LoadedModel;
import io.kindling.spark.scoring.LoadableModel;

/** A model that executors load, wherever its bytes come from. */
public interface ExecutorModel extends LoadableModel<LoadedModel> {

  /** What messages call it. */
  String label();
}
