package io.kindling.spark.job;

import io.kindling.training.Trainer;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** What a worker's task gives back: what was learned, or nothing. */
final class WorkerResult implements Serializable {

  private static final long serialVersionUID = 1;

  private final int number;
  private final boolean delivered;
  private final float[] parameters;
  private final float[] networkState;
  private final String history;

  private WorkerResult(
      int number, boolean delivered, float[] parameters, float[] networkState, String history) {
    this.number = number;
    this.delivered = delivered;
    this.parameters = parameters;
    this.networkState = networkState;
    this.history = history;
  }

  /** Of the worker that is asked for its result. */
  static WorkerResult of(int number, Trainer.Result result) {
    return new WorkerResult(
        number, true, result.learned(), result.networkState(), result.history().toJson());
  }

  /** Of all others. */
  static WorkerResult none(int number) {
    return new WorkerResult(number, false, new float[0], new float[0], "");
  }

  /** CRC-32C of the bits of all arrays, to be equal on all ranks. */
  static long checksum(Trainer.Result result) {
    CRC32C crc = new CRC32C();
    add(result.state().parameters(), crc);
    add(result.learned(), crc);
    add(result.networkState(), crc);
    return crc.getValue();
  }

  private static void add(float[] array, CRC32C crc) {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    for (int from = 0; from < array.length; from += block.capacity() / Float.BYTES) {
      int length = Math.min(block.capacity() / Float.BYTES, array.length - from);
      block.clear();
      block.asFloatBuffer().put(array, from, length);
      block.limit(length * Float.BYTES);
      crc.update(block);
    }
  }

  int number() {
    return number;
  }

  boolean isDelivered() {
    return delivered;
  }

  float[] parameters() {
    return parameters;
  }

  float[] networkState() {
    return networkState;
  }

  /** As text. */
  String history() {
    return history;
  }
}
