package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * Workers share parameters through parameter servers, each at its own pace.
 *
 * @param exchange what goes to the server
 * @param interval steps of a worker between two exchanges
 * @param agreement steps after which all workers wait for each other, which is what a training that
 *     is cut off goes on from, and at the end of an epoch
 * @param locked whether a server does one thing at a time; without, what workers do at the same
 *     time may mix number by number. Niu, Recht, Ré and Wright, <i>Hogwild!</i>, 2011
 * @param bounds how far workers may be apart
 * @param placement where the servers are
 * @param servers of the workers, those of the highest ranks, which only serve and have no rows; 0
 *     where all workers learn. One worker at least learns, however few there are
 */
public record Served(
    @JsonProperty("exchange") Exchange exchange,
    @JsonProperty("interval") int interval,
    @JsonProperty("agreement") int agreement,
    @JsonProperty("locked") boolean locked,
    @JsonProperty("bounds") Bounds bounds,
    @JsonProperty("placement") Placement placement,
    @JsonProperty("servers") int servers)
    implements Strategy {

  /** However stale, or far ahead. */
  public static final int ANY = -1;

  /** Steps between two agreements: seldom enough to cost little, often enough to lose little. */
  public static final int DEFAULT_AGREEMENT = 100;

  /**
   * How far workers may be apart.
   *
   * @param maxStaleness what is based on parameters that others have changed more often since is
   *     thrown away; {@link #ANY} for never
   * @param maxAgeSeconds likewise of what is based on parameters this old or older; infinite for
   *     never
   * @param maxLead how many exchanges a worker may be ahead of the slowest before it waits; {@link
   *     #ANY} for however many. Ho et al., <i>More Effective Distributed ML via a Stale Synchronous
   *     Parallel Parameter Server</i>, 2013
   */
  public record Bounds(
      @JsonProperty("maxStaleness") int maxStaleness,
      @JsonProperty("maxAgeSeconds") double maxAgeSeconds,
      @JsonProperty("maxLead") int maxLead) {

    private static final Bounds NONE = new Bounds(ANY, Double.POSITIVE_INFINITY, ANY);

    public Bounds {
      if (maxStaleness < ANY) {
        throw new IllegalArgumentException(
            "Invalid staleness %d of a parameter server. Use 0 or more, or %d for any."
                .formatted(maxStaleness, ANY));
      }
      if (!(maxAgeSeconds > 0)) {
        throw new IllegalArgumentException(
            "Invalid age of %s s of a parameter server. Use a positive number."
                .formatted(maxAgeSeconds));
      }
      if (maxLead < ANY) {
        throw new IllegalArgumentException(
            "Invalid lead of %d exchanges over the slowest worker. Use 0 or more, or %d for any."
                .formatted(maxLead, ANY));
      }
    }

    /** Whether what is offered is taken. */
    public boolean take(long staleness, double ageSeconds) {
      return (maxStaleness == ANY || staleness <= maxStaleness) && ageSeconds < maxAgeSeconds;
    }
  }

  /** Where servers are. */
  public enum Placement {
    /**
     * The arrays of the network are dealt out to the workers, or to those that only serve: each
     * serves some of them.
     */
    WORKERS,
    /**
     * The driver serves all arrays, as with TensorSpark and SparkFlow: all that is exchanged goes
     * through its network, and the parameters through its memory.
     */
    DRIVER
  }

  /**
   * What a worker sends in an exchange, and what the server does with it. W are the worker's
   * parameters, C the server's, P those the worker had from the server last, w the interval.
   */
  public enum Exchange {
    /**
     * The mean of the gradients of the steps since the last exchange, all taken at P; the server
     * has the optimizer and takes its step; then W ← C. As TensorSpark and SparkFlow have it.
     */
    GRADIENTS,
    /** C ← C + (W − P); W ← C. Dean et al., <i>Large Scale Distributed Deep Networks</i>, 2012. */
    DOWNPOUR,
    /**
     * C ← C + (W − P) / w; W ← C. Hermans, <i>On Scalable Deep Learning and Parallelizing Gradient
     * Descent</i>, 2017: accumulated gradient normalization.
     */
    ADAG,
    /**
     * C ← C + (W − P) / (τ + 1), where τ is how often others have changed C since P; W ← C. Jiang
     * et al., <i>Heterogeneity-aware Distributed Parameter Servers</i>, 2017.
     */
    DYN_SGD,
    /**
     * E = 0.5 (W − C); W ← W − E; C ← C + E. Zhang, Choromanska and LeCun, <i>Deep Learning with
     * Elastic Averaging SGD</i>, 2015, asynchronous; with a worker's optimizer of Nesterov's
     * momentum it is EAMSGD.
     */
    ELASTIC,
    /** C ← C + (W − C) / n for n workers; W ← C. As TensorOnSpark combines by the mean. */
    MEAN
  }

  public Served {
    Objects.requireNonNull(exchange, "exchange");
    Objects.requireNonNull(bounds, "bounds");
    Objects.requireNonNull(placement, "placement");
    if (interval < 1) {
      throw new IllegalArgumentException(
          "Invalid interval %d of a parameter server. Use 1 step or more.".formatted(interval));
    }
    if (agreement < interval) {
      throw new IllegalArgumentException(
          "Invalid agreement after %d steps, where workers exchange every %d. Use as many or more."
              .formatted(agreement, interval));
    }
    if (servers < 0 || (servers > 0 && placement == Placement.DRIVER)) {
      throw new IllegalArgumentException(
          "Invalid number %d of workers that only serve, with the servers' placement %s. Use 0 or more, and 0 where the driver serves."
              .formatted(servers, placement));
    }
  }

  /** An exchange every so many steps, locked, of whatever staleness. */
  public static Served of(Exchange exchange, int interval) {
    int agreement = Math.max(interval, DEFAULT_AGREEMENT);
    return new Served(exchange, interval, agreement, true, Bounds.NONE, Placement.WORKERS, 0);
  }

  /** With agreements after so many steps. */
  public Served agreeingEvery(int steps) {
    return new Served(exchange, interval, steps, locked, bounds, placement, servers);
  }

  /** Without locks. */
  public Served lockFree() {
    return new Served(exchange, interval, agreement, false, bounds, placement, servers);
  }

  /** That throws away what is staler. */
  public Served withMaxStaleness(int versions) {
    return with(new Bounds(versions, bounds.maxAgeSeconds, bounds.maxLead));
  }

  /** That throws away what is as old as this. */
  public Served withMaxAge(double seconds) {
    return with(new Bounds(bounds.maxStaleness, seconds, bounds.maxLead));
  }

  /** Whose workers wait for the slowest where they are further ahead of it than this. */
  public Served withMaxLead(int exchanges) {
    return with(new Bounds(bounds.maxStaleness, bounds.maxAgeSeconds, exchanges));
  }

  private Served with(Bounds next) {
    return new Served(exchange, interval, agreement, locked, next, placement, servers);
  }

  /** With one server of all arrays, in the driver. */
  public Served onDriver() {
    return new Served(exchange, interval, agreement, locked, bounds, Placement.DRIVER, servers);
  }

  /** With so many of the workers that only serve, as TensorFlowOnSpark's {@code num_ps}. */
  public Served withServers(int count) {
    return new Served(exchange, interval, agreement, locked, bounds, placement, count);
  }

  @Override
  public void refuseTooFew(int workers) {
    if (servers >= workers) {
      throw new IllegalArgumentException(
          "Invalid number of workers %d, of which %d only serve: none is left to learn. Use more workers, or fewer that only serve."
              .formatted(workers, servers));
    }
  }

  @Override
  public int learners(int workers) {
    return Math.max(1, workers - servers);
  }

  @Override
  public <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E {
    return visitor.served(this);
  }
}
