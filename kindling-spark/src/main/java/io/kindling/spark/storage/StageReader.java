package io.kindling.spark.storage;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/** Reads stages that are nothing but their params. */
public final class StageReader {

  private StageReader() {}

  /** A reader that makes the stage of the class its metadata names. */
  public static <S> MLReader<S> create() {
    return new DefaultParamsReader<>();
  }
}
