package io.kindling.tensorflow;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.tensor.TensorSpec;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Graphs for steps whose rows are sorted into a certain, small number of ghost batches. A graph is
 * made when its number first turns up, which takes a few tens of milliseconds; workers see one or
 * two different numbers.
 */
final class SortedGroups implements AutoCloseable {

  /** Above this, one graph for any number is used: each group costs a few operations per layer. */
  private static final int MOST = 8;

  private final Objective objective;
  private final List<TensorSpec> columns;
  private final int groupColumn;
  private final Hardware hardware;
  private final Map<Integer, NativeSession> sessions = new HashMap<>();
  private final Map<Integer, SessionCall> calls = new HashMap<>();

  SortedGroups(Objective objective, List<TensorSpec> columns, Hardware hardware) {
    this.objective = objective;
    this.columns = columns;
    this.groupColumn = columns.indexOf(TrainingProgram.GROUP);
    this.hardware = hardware;
  }

  /** The call for a batch's groups, or null if they are too many, unsorted, or leave one out. */
  SessionCall callFor(NativeBatch batch) {
    int groups = count(batch.column(groupColumn).asIntBuffer(), batch.rows());
    if (groups == 0 || groups > MOST) {
      return null;
    }
    SessionCall call = calls.get(groups);
    if (call == null) {
      try (ProgramGraph graph = new ProgramGraph(objective.network())) {
        var fetches = ObjectiveGraph.drawSorted(graph, objective, columns, groups);
        NativeSession session = NativeSession.of(graph.graph(), hardware);
        sessions.put(groups, session);
        call = session.call(graph.feeds(columns), fetches);
        calls.put(groups, call);
      }
    }
    return call;
  }

  /** How many groups there are if rows are sorted by 0, 1, 2 and so on; else 0. */
  static int count(IntBuffer groups, int rows) {
    int last = 0;
    for (int row = 0; row < rows; row++) {
      int group = groups.get(row);
      if (group != last && (row == 0 || group != last + 1)) {
        return 0;
      }
      last = group;
    }
    return last + 1;
  }

  @Override
  public void close() {
    calls.values().forEach(SessionCall::close);
    sessions.values().forEach(NativeSession::close);
    calls.clear();
    sessions.clear();
  }
}
