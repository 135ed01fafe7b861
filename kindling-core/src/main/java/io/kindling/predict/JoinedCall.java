package io.kindling.predict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Calls that are computed together. The first leads: it waits for others, for its turn, computes
 * and hands out. Its fields are guarded by the predictor's lock until it is sealed; then they are
 * the leader's.
 */
final class JoinedCall {

  /** What has to be equal. */
  record Key(ServedModel served, String signature, List<String> outputs, Map<String, Row> rows) {}

  /** What one row of an input is. */
  record Row(ValueType type, List<Long> dimensions) {}

  /**
   * A call and its answer; an empty answer says to compute by itself.
   *
   * @param rows how many are its
   */
  record Member(
      Map<String, TensorValue> inputs,
      long rows,
      CompletableFuture<Optional<Map<String, TensorValue>>> answer) {

    Member(Map<String, TensorValue> inputs, long rows) {
      this(inputs, rows, new CompletableFuture<>());
    }
  }

  private final Key key;
  private final List<Member> members = new ArrayList<>();
  private final CountDownLatch full = new CountDownLatch(1);
  private long rows;

  JoinedCall(Key key) {
    this.key = key;
  }

  Key key() {
    return key;
  }

  long rows() {
    return rows;
  }

  void add(Member member) {
    members.add(member);
    rows += member.rows();
  }

  /** Tells the leader not to wait for more. */
  void fill() {
    full.countDown();
  }

  /** Waits for others; an interrupt ends the wait and is kept for later. */
  void awaitOthers(long nanos) {
    try {
      // Full or late, it is computed then.
      boolean ignored = full.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Computes all rows at once and hands them out. Whoever gets none computes by itself. */
  void compute() {
    boolean isAlone = members.size() == 1;
    try {
      Map<String, TensorValue> inputs = new LinkedHashMap<>();
      for (String name : members.get(0).inputs().keySet()) {
        inputs.put(
            name,
            isAlone
                ? members.get(0).inputs().get(name)
                : TensorValue.concatenated(
                    members.stream().map(member -> member.inputs().get(name)).toList()));
      }
      Map<String, TensorValue> outputs =
          key.served().model().run(key.signature(), inputs, key.outputs());
      if (isAlone) {
        members.get(0).answer().complete(Optional.of(outputs));
      } else if (outputs.values().stream()
          .allMatch(value -> value.rank() > 0 && value.rowCount() == rows)) {
        handOut(outputs);
      } else {
        key.served().neverJoin(key.signature());
      }
    } catch (RuntimeException | Error e) {
      // One call's rows may be at fault: alone, each gets what is its own.
      if (isAlone) {
        members.get(0).answer().completeExceptionally(e);
      }
    } finally {
      members.forEach(member -> member.answer().complete(Optional.empty()));
    }
  }

  private void handOut(Map<String, TensorValue> outputs) {
    long from = 0;
    for (Member member : members) {
      Map<String, TensorValue> mine = new LinkedHashMap<>();
      for (Map.Entry<String, TensorValue> output : outputs.entrySet()) {
        mine.put(output.getKey(), output.getValue().rows(from, member.rows()));
      }
      from += member.rows();
      member.answer().complete(Optional.of(mine));
    }
  }

  /** Fails every call that has no answer. */
  void fail(RuntimeException cause) {
    members.forEach(member -> member.answer().completeExceptionally(cause));
  }
}
