package io.kindling.spark.scoring;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The models loaded in this JVM: each once, shared by all its tasks, and closed when nobody has
 * used it for a while. Several models, and several versions of one, live side by side.
 *
 * <p>Two hundred tasks on two executors load a model twice: tasks that follow one another find the
 * model still there, because it lingers. Thread-safe.
 */
public final class ExecutorModels implements AutoCloseable {

  /**
   * How long an unused model stays. A minute bridges the gap between the jobs of one query and
   * between micro-batches, and gives the memory back to whoever comes next.
   */
  public static final Duration DEFAULT_LINGER = Duration.ofMinutes(1);

  private static final ExecutorModels OF_THIS_JVM = new ExecutorModels(DEFAULT_LINGER);

  static {
    // Native memory goes with the process; closing lets the engine say what it wants to say.
    Runtime.getRuntime()
        .addShutdownHook(new Thread(OF_THIS_JVM::closeIdle, "kindling-model-closer"));
  }

  /** A share of a loaded model. Thread-safe; closing it twice is harmless. */
  public final class Lease<M extends AutoCloseable> implements AutoCloseable {

    private Loaded<M> loaded;
    private final M model;

    private Lease(Loaded<M> loaded) {
      this.loaded = loaded;
      this.model = loaded.model;
    }

    /** The model, borrowed until the lease is closed. A program's parameters are not written. */
    public M model() {
      return model;
    }

    @Override
    public void close() {
      Loaded<M> given;
      synchronized (this) {
        given = loaded;
        loaded = null;
      }
      if (given != null) {
        release(given);
      }
    }
  }

  /** One model; {@code model} is written under its own lock, the rest under the outer one. */
  private static final class Loaded<M extends AutoCloseable> {
    private final String id;
    private M model;
    private int users;
    private ScheduledFuture<?> closing;

    private Loaded(String id) {
      this.id = id;
    }
  }

  private final Duration linger;
  private final Map<String, Loaded<?>> models = new HashMap<>();
  private final AtomicLong loads = new AtomicLong();
  private final ScheduledThreadPoolExecutor closer;

  ExecutorModels(Duration linger) {
    this.linger = linger;
    this.closer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "kindling-model-linger");
              thread.setDaemon(true);
              return thread;
            });
    closer.setRemoveOnCancelPolicy(true);
    closer.setKeepAliveTime(10, TimeUnit.SECONDS);
    closer.allowCoreThreadTimeOut(true);
  }

  /** The models of this JVM. */
  public static ExecutorModels ofThisJvm() {
    return OF_THIS_JVM;
  }

  /** How many models have been loaded since this JVM began, for tests and for the curious. */
  public long loads() {
    return loads.get();
  }

  /** Models that are loaded now, in use or lingering. */
  public synchronized int loaded() {
    return models.size();
  }

  /** A share of the model, loaded now if need be; the caller closes it. */
  @SuppressWarnings("unchecked") // equal ids are one model, of one kind
  public <M extends AutoCloseable> Lease<M> lease(LoadableModel<M> source) {
    Loaded<M> loaded;
    synchronized (this) {
      loaded = (Loaded<M>) models.computeIfAbsent(source.id(), Loaded::new);
      loaded.users++;
      if (loaded.closing != null) {
        loaded.closing.cancel(false);
        loaded.closing = null;
      }
    }
    try {
      // Tasks that want the same model wait here for the first of them; others pass by.
      synchronized (loaded) {
        if (loaded.model == null) {
          loaded.model = source.load();
          loads.incrementAndGet();
        }
        return new Lease<>(loaded);
      }
    } catch (RuntimeException | Error e) {
      release(loaded);
      throw e;
    }
  }

  private synchronized void release(Loaded<?> loaded) {
    loaded.users--;
    if (loaded.users == 0) {
      if (linger.isZero() || closer.isShutdown()) {
        closeIfIdle(loaded);
      } else {
        loaded.closing =
            closer.schedule(() -> closeIfIdle(loaded), linger.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private synchronized void closeIfIdle(Loaded<?> loaded) {
    if (loaded.users > 0 || !models.remove(loaded.id, loaded) || loaded.model == null) {
      return;
    }
    try {
      loaded.model.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Failed to close model " + loaded.id + ".", e);
    }
  }

  private synchronized void closeIdle() {
    for (Loaded<?> loaded : models.values().toArray(Loaded<?>[]::new)) {
      closeIfIdle(loaded);
    }
  }

  /** Closes what lingers; models in use close with their last lease. */
  @Override
  public synchronized void close() {
    closer.shutdownNow();
    closeIdle();
  }
}
