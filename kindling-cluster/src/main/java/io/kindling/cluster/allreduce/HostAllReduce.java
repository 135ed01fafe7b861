package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;
import java.util.Objects;

/** One thread's share of a {@link HostGroup}. */
final class HostAllReduce implements AllReduce {

  private final HostGroup group;
  private final int thread;
  private final Traffic traffic;

  HostAllReduce(HostGroup group, int thread) {
    this.group = group;
    this.thread = thread;
    this.traffic = group.traffic(thread);
  }

  @Override
  public int rank() {
    return group.rank(thread);
  }

  @Override
  public int worldSize() {
    return group.worldSize();
  }

  @Override
  public WireFormat wireFormat() {
    return group.outer().wireFormat();
  }

  @Override
  public void sum(float[] data, int from, int to, long step) throws LostRoundException {
    Objects.checkFromToIndex(from, to, data.length);
    if (from < to) {
      group.sum(thread, data, from, to, step);
    }
  }

  @Override
  public void sumRounded(float[] data, int from, int to, float[] lost, long step)
      throws LostRoundException {
    Objects.checkFromToIndex(from, to, data.length);
    Objects.checkFromToIndex(from, to, lost.length);
    if (from < to) {
      group.sumRounded(thread, data, from, to, lost, step);
    }
  }

  @Override
  public Share share(int from, int to) {
    return group.share(thread, from, to);
  }

  @Override
  public void reduceScatter(float[] data, int from, int to, long step) throws LostRoundException {
    Objects.checkFromToIndex(from, to, data.length);
    if (from < to) {
      group.reduceScatter(thread, data, from, to, step);
    }
  }

  @Override
  public void allGather(float[] data, int from, int to, long step) throws LostRoundException {
    Objects.checkFromToIndex(from, to, data.length);
    if (from < to) {
      group.allGather(thread, data, from, to, step);
    }
  }

  @Override
  public double[] sum(double[] data, long step) throws LostRoundException {
    return data.length == 0 ? new double[0] : group.sum(thread, data, step);
  }

  @Override
  public void gather(float[] data, int length, long step) throws LostRoundException {
    Objects.checkFromIndexSize(0, Math.multiplyExact(length, worldSize()), data.length);
    if (length > 0) {
      group.gather(thread, data, length, step);
    }
  }

  @Override
  public void broadcast(float[] data, int length, int root, long step) throws LostRoundException {
    Objects.checkFromIndexSize(0, length, data.length);
    Objects.checkIndex(root, worldSize());
    if (length > 0) {
      group.broadcast(thread, data, length, root, step);
    }
  }

  /** What the process sends and receives counts as the speaker's; every thread's waits count. */
  @Override
  public Traffic traffic() {
    return traffic;
  }

  @Override
  public void close() {
    group.close(thread);
  }

  @Override
  public String toString() {
    return "HostAllReduce[rank " + rank() + " of " + worldSize() + ", " + group.outer() + "]";
  }
}
