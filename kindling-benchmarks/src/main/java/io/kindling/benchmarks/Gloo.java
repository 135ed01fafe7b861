package io.kindling.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Ranks that sum arrays with Gloo, each a Python process with PyTorch. */
final class Gloo implements AutoCloseable {

  private final List<PythonProcess> ranks = new ArrayList<>();

  private Gloo() {}

  /** Starts the processes; the caller closes it. */
  static Gloo start(int worldSize) throws IOException {
    Gloo started = new Gloo();
    try {
      int port = 0;
      for (int rank = 0; rank < worldSize; rank++) {
        started.ranks.add(
            PythonProcess.launch(
                "gloo.py",
                Integer.toString(rank),
                Integer.toString(worldSize),
                Integer.toString(port)));
        if (rank == 0) {
          port = (int) started.ranks.get(0).seconds();
        }
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  /** The seconds that so many sums of so many floats take the first rank, after a first. */
  double seconds(int floats, int rounds) throws IOException {
    ranks.forEach(rank -> rank.tell(floats + " " + rounds));
    double first = Double.NaN;
    for (PythonProcess rank : ranks) {
      double seconds = rank.seconds();
      first = Double.isNaN(first) ? seconds : first;
    }
    return first;
  }

  @Override
  public void close() throws IOException {
    for (PythonProcess rank : ranks) {
      rank.close();
    }
  }
}
