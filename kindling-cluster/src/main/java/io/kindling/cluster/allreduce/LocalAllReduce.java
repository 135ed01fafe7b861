package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;
import java.util.Objects;

/** The sum over a world of one: what is there already. Costs nothing. */
final class LocalAllReduce implements AllReduce {

  private final Traffic traffic = new Traffic();

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int worldSize() {
    return 1;
  }

  @Override
  public WireFormat wireFormat() {
    return WireFormat.FLOAT32;
  }

  @Override
  public void sum(float[] data, int from, int to, long step) {
    Objects.checkFromToIndex(from, to, data.length);
  }

  @Override
  public void sumRounded(float[] data, int from, int to, float[] lost, long step) {
    sum(data, from, to, step);
  }

  @Override
  public Share share(int from, int to) {
    return new Share(from, to);
  }

  @Override
  public void reduceScatter(float[] data, int from, int to, long step) {
    sum(data, from, to, step);
  }

  @Override
  public void allGather(float[] data, int from, int to, long step) {
    sum(data, from, to, step);
  }

  @Override
  public double[] sum(double[] data, long step) {
    return data.clone();
  }

  @Override
  public void gather(float[] data, int length, long step) {
    Objects.checkFromIndexSize(0, length, data.length);
  }

  @Override
  public void broadcast(float[] data, int length, int root, long step) {
    Objects.checkFromIndexSize(0, length, data.length);
    Objects.checkIndex(root, 1);
  }

  @Override
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {}
}
