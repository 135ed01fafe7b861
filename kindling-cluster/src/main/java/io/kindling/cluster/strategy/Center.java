package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.SharedParameters.Answer;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.ExchangeException;
import io.kindling.training.Served;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The arrays that one worker serves, in its memory. Any thread may read and change them.
 *
 * <p>Without a lock, threads do so as they come: no float is ever torn, but of what two threads add
 * to one number at the same time one may be lost.
 */
final class Center {

  private static final ParameterMirror NOWHERE = (values, from, length) -> {};

  private final Served strategy;
  private final ParameterLayout layout;
  private final int workers;
  private final Duration patience;
  private final Lock lock = new ReentrantLock();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicLong version = new AtomicLong();
  private volatile Optimizer optimizer;
  private float[] parameters = new float[0];
  private OptimizerState state = new OptimizerState(new float[0][]);
  private volatile boolean isClosed;

  /**
   * @param layout of the arrays that are served
   * @param workers that share the arrays
   * @param patience how long others wait for it to begin
   */
  Center(
      Served strategy,
      Optimizer optimizer,
      ParameterLayout layout,
      int workers,
      Duration patience) {
    this.strategy = strategy;
    this.workers = workers;
    this.optimizer = Paced.of(optimizer, strategy.interval(), workers);
    this.layout = layout;
    this.patience = patience;
  }

  List<View> views() {
    return layout.views();
  }

  /**
   * Begins to serve what all workers have agreed on.
   *
   * @param updates that came before, of all workers
   */
  void begin(float[] agreed, OptimizerState agreedState, long updates) {
    parameters = agreed.clone();
    state =
        new OptimizerState(
            Arrays.stream(agreedState.slots()).map(float[]::clone).toArray(float[][]::new));
    version.set(updates);
    begun.countDown();
  }

  /** Goes on with another optimizer of the same state. */
  void use(Optimizer next) {
    optimizer = Paced.of(next, strategy.interval(), workers);
  }

  /** Copies what the optimizer remembers of the arrays that are served. */
  void pullSlot(int slot, float[] into) {
    copy(state.slots()[slot], into);
  }

  int slots() {
    return state.slots().length;
  }

  /**
   * Copies the arrays that are served.
   *
   * @return how often they have been changed
   */
  long pull(float[] into) throws ExchangeException {
    awaitBegun();
    if (!strategy.locked()) {
      long before = version.get();
      copy(parameters, into);
      return before;
    }
    lock.lock();
    try {
      copy(parameters, into);
      return version.get();
    } finally {
      lock.unlock();
    }
  }

  private void copy(float[] from, float[] into) {
    for (View view : layout.views()) {
      System.arraycopy(from, view.offset(), into, view.offset(), view.size());
    }
  }

  /**
   * Takes a change in, or does not.
   *
   * @param based the version on which it is based
   * @param ageSeconds how long ago that was pulled
   */
  Answer push(float[] values, long based, double ageSeconds) throws ExchangeException {
    awaitBegun();
    if (!strategy.locked()) {
      return change(values, based, ageSeconds);
    }
    lock.lock();
    try {
      return change(values, based, ageSeconds);
    } finally {
      lock.unlock();
    }
  }

  private Answer change(float[] values, long based, double ageSeconds) {
    long staleness = version.get() - based;
    if (!strategy.takes(staleness, ageSeconds)) {
      return new Answer(false, staleness);
    }
    long step = version.incrementAndGet();
    switch (strategy.exchange()) {
      case GRADIENTS ->
          optimizer.update(state, step, StepGradient.dense(values), parameters, layout, NOWHERE);
      case DYN_SGD -> add(values, 1f / (staleness + 1));
      case MEAN -> approach(values, 1f / workers);
      case DOWNPOUR, ADAG, ELASTIC -> add(values, 1);
    }
    return new Answer(true, staleness);
  }

  private void approach(float[] values, float part) {
    for (View view : layout.views()) {
      int end = view.offset() + view.size();
      for (int i = view.offset(); i < end; i++) {
        parameters[i] += part * (values[i] - parameters[i]);
      }
    }
  }

  private void add(float[] values, float factor) {
    for (View view : layout.views()) {
      int end = view.offset() + view.size();
      for (int i = view.offset(); i < end; i++) {
        parameters[i] += factor * values[i];
      }
    }
  }

  private void awaitBegun() throws ExchangeException {
    try {
      if (!begun.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ExchangeException(
            "A parameter server waited " + patience.toSeconds() + " s for its parameters.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExchangeException("A parameter server was interrupted before it began.", e);
    }
    if (isClosed) {
      throw new ExchangeException("A parameter server is closed.");
    }
  }

  /** Ends whoever waits for it. */
  void close() {
    isClosed = true;
    begun.countDown();
  }

  /** What one worker of this process sees. */
  SharedParameters seen() {
    return new Seen();
  }

  private final class Seen implements SharedParameters {
    private long pulled;
    private long pulledNanos = System.nanoTime();

    @Override
    public List<View> views() {
      return layout.views();
    }

    @Override
    public void pull(float[] into) throws ExchangeException {
      pulledNanos = System.nanoTime();
      pulled = Center.this.pull(into);
    }

    @Override
    public Answer push(float[] values) throws ExchangeException {
      return Center.this.push(values, pulled, (System.nanoTime() - pulledNanos) / 1e9);
    }
  }
}
