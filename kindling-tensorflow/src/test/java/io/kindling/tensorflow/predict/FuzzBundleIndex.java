package io.kindling.tensorflow.predict;

import io.kindling.predict.ModelLimits;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.wire.WireBudget;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Fuzz target: any bytes as the index of a checkpoint's variables. */
public final class FuzzBundleIndex {

  private FuzzBundleIndex() {}

  /** Checks the index; lets out what is not documented. */
  public static void fuzzerTestOneInput(byte[] data) {
    WireBudget budget = new WireBudget(Path.of("fuzz"), data.length, ModelLimits.defaults());
    try {
      BundleIndex.check(ByteBuffer.wrap(data), budget, (shard, count) -> 1024);
    } catch (RefusedModelException e) {
      return;
    }
  }
}
