package io.kindling.cluster.allreduce;

import io.kindling.training.Snapshot;
import io.kindling.training.TrainingState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a rank that is behind the others, or new, gets the state of one that is not: the length of
 * the state's text, its text, then its arrays, each by a broadcast. Every rank takes part.
 */
public final class StateExchange {

  private StateExchange() {}

  /**
   * The root's state, on every rank.
   *
   * @param mine this rank's state; the root's is given, the others' is ignored and may be null
   * @param round a number that no other round of these links has, the same on all ranks
   */
  public static TrainingState broadcast(
      AllReduce allReduce, int root, TrainingState mine, long round) throws LostRoundException {
    boolean isRoot = allReduce.rank() == root;
    Snapshot given = isRoot ? Snapshot.of(mine) : null;
    byte[] text = isRoot ? given.text().getBytes(StandardCharsets.UTF_8) : new byte[0];
    text = Arrays.copyOf(text, (int) allReduce.sum(new double[] {text.length}, round)[0]);
    float[] words = new float[text.length];
    for (int i = 0; i < text.length; i++) {
      words[i] = text[i]; // a byte is a float exactly, and the text is small beside the arrays
    }
    allReduce.broadcast(words, words.length, root, round);
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) words[i];
    }
    if (isRoot) {
      for (float[] array : given.arrays()) {
        allReduce.broadcast(array, array.length, root, round);
      }
      return mine;
    }
    String said = new String(text, StandardCharsets.UTF_8);
    List<float[]> arrays = new ArrayList<>();
    for (int length : Snapshot.lengths(said)) {
      float[] array = new float[length];
      allReduce.broadcast(array, length, root, round);
      arrays.add(array);
    }
    return new Snapshot(said, arrays).state();
  }
}
