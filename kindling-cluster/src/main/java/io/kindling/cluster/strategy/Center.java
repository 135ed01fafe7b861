package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.cluster.strategy.SharedParameters.Answer;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.ExchangeException;
import io.kindling.training.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The arrays that one server keeps, in its memory. Any thread may read and change them.
 *
 * <p>Without a lock, threads do so as they come: no float is ever torn, but of what two threads add
 * to one number at the same time one may be lost. Which rows of tables have been changed is told
 * behind the change, so that whoever reads a row too early is given it again.
 */
final class Center implements CenterCharge {

  private final Served strategy;
  private final ExchangeRule rule;
  private final Optimizer initial;
  private final int learners;
  private final String name;
  private final Duration patience;
  private final Lock lock = new ReentrantLock();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicLong version = new AtomicLong();
  private final AtomicReference<Object> charge = new AtomicReference<>();
  private final Leads leads;
  private volatile Optimizer optimizer;
  private volatile boolean isClosed;

  // Written before it has begun.
  private Portion portion;
  private Kept kept;
  private ChangedRows changed;

  /**
   * @param workers that share the arrays
   * @param name as messages begin with it
   * @param patience how long others wait for it to begin
   */
  Center(Served strategy, Optimizer optimizer, int workers, String name, Duration patience) {
    this.strategy = strategy;
    this.rule = ExchangeRule.of(strategy.exchange());
    this.initial = optimizer;
    this.learners = strategy.learners(workers);
    this.name = name;
    this.optimizer = Paced.of(optimizer, strategy.interval(), learners);
    this.patience = patience;
    int maxLead = strategy.bounds().maxLead();
    this.leads = new Leads(workers, maxLead == Served.ANY ? Leads.ANY : maxLead, patience);
    this.portion = Portion.of(List.of(), Set.of());
    this.kept = new Kept(portion.layout(), new float[0], optimizer.init(0));
    this.changed = new ChangedRows(List.of());
  }

  /** Whether somebody has the charge of it: whoever asked first. */
  boolean isChargeOf(Object somebody) {
    return charge.compareAndSet(null, somebody) || charge.get() == somebody;
  }

  @Override
  public synchronized void begin(Beginning beginning) throws ExchangeException {
    if (begun.getCount() == 0) {
      throw new ExchangeException(name + " has begun already, or is closed.");
    }
    portion = beginning.portion();
    kept = new Kept(portion.layout(), beginning.parameters(), beginning.state());
    changed = new ChangedRows(portion.ownTables());
    version.set(beginning.updates());
    begun.countDown();
  }

  @Override
  public void epochEnded(List<Double> losses) {
    optimizer = Paced.of(initial.afterEpochs(losses), strategy.interval(), learners);
  }

  @Override
  public float[] slot(int slot) throws ExchangeException {
    awaitBegun();
    lock.lock();
    try {
      return kept.state().slots()[slot].clone();
    } finally {
      lock.unlock();
    }
  }

  /** Which arrays it keeps. */
  Portion portion() throws ExchangeException {
    awaitBegun();
    return portion;
  }

  /** Takes what it is shown of the server's arrays that are no tables; it is not to be kept. */
  interface Reader {
    void read(float[] parameters);
  }

  /**
   * What has been read.
   *
   * @param version how often the arrays had been changed
   * @param lastChange of rows, to read on from
   */
  record Reading(long version, long lastChange, List<TableRows> rows) {}

  /**
   * Shows the arrays, and copies the rows of tables that have been changed.
   *
   * @param since the last change of rows that is known
   */
  Reading read(long since, Reader dense) throws ExchangeException {
    awaitBegun();
    if (!strategy.locked()) {
      return readNow(since, dense);
    }
    lock.lock();
    try {
      return readNow(since, dense);
    } finally {
      lock.unlock();
    }
  }

  private Reading readNow(long since, Reader dense) {
    long before = version.get();
    ChangedRows.News news = changed.since(since);
    dense.read(kept.parameters());
    List<TableRows> rows = new ArrayList<>();
    for (int i = 0; i < news.rows().size(); i++) {
      rows.add(copy(portion.ownTables().get(i), news.rows().get(i)));
    }
    return new Reading(before, news.last(), rows);
  }

  private TableRows copy(View table, int[] rows) {
    int width = table.rowSize();
    float[] values = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(
          kept.parameters(), table.offset() + rows[i] * width, values, i * width, width);
    }
    return new TableRows(table, rows, values);
  }

  /**
   * Takes a change in, or does not.
   *
   * @param based the version on which it is based
   * @param ageSeconds how long ago that was pulled
   */
  Answer push(Numbers offered, long based, double ageSeconds) throws ExchangeException {
    awaitBegun();
    if (!strategy.locked()) {
      return change(offered, based, ageSeconds);
    }
    lock.lock();
    try {
      return change(offered, based, ageSeconds);
    } finally {
      lock.unlock();
    }
  }

  private Answer change(Numbers offered, long based, double ageSeconds) {
    long staleness = version.get() - based;
    if (!strategy.bounds().take(staleness, ageSeconds)) {
      return new Answer(false, staleness);
    }
    long number = version.incrementAndGet();
    rule.change(kept, offered, new ExchangeRule.Turn(number, staleness, learners, optimizer));
    changed.add(offered.rows().stream().map(TableRows::rows).toList());
    return new Answer(true, staleness);
  }

  private void awaitBegun() throws ExchangeException {
    try {
      if (!begun.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ExchangeException(
            name
                + " waited "
                + patience.toSeconds()
                + " s for the parameters it begins with. The worker that gives them has not taken"
                + " its first step: its log says what it does.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExchangeException(name + " was interrupted before it began.", e);
    }
    if (isClosed) {
      throw new ExchangeException(
          name
              + " is closed after "
              + version.get()
              + " changes, because its generation is over. Workers go on from where they agreed"
              + " last.");
    }
  }

  /** Ends whoever waits for it. */
  void close() {
    isClosed = true;
    begun.countDown();
    leads.close();
  }

  /**
   * One worker comes.
   *
   * @param name as messages begin with it
   */
  Visit visit(String name) {
    return new Visit(name);
  }

  /**
   * What one worker has pulled last, told by the server's clock alone, and how far it has come.
   * Belongs to one thread.
   */
  final class Visit {
    private final Leads.Runner runner;
    private long pulled;
    private long pulledNanos = System.nanoTime();
    private long lastChange;
    private boolean isResting = true;

    private Visit(String name) {
      this.runner = new Leads.Runner(name);
    }

    /** Shows the arrays, and copies the rows that have been changed since the last time. */
    List<TableRows> pull(Reader dense) throws ExchangeException {
      pulledNanos = System.nanoTime();
      Reading reading = read(lastChange, dense);
      pulled = reading.version();
      lastChange = reading.lastChange();
      if (isResting) {
        isResting = false;
        leads.start(runner);
      }
      return reading.rows();
    }

    /** Offers a change; returns when the worker is no further ahead of others than it may be. */
    Answer push(Numbers offered) throws ExchangeException {
      Answer answer = Center.this.push(offered, pulled, (System.nanoTime() - pulledNanos) / 1e9);
      leads.exchanged(runner);
      return answer;
    }

    /** Holds up nobody until it pulls again. */
    void rest() {
      isResting = true;
      leads.stop(runner);
    }
  }
}
