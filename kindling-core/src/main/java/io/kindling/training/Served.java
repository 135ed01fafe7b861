package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * Workers share parameters through parameter servers, each at its own pace.
 *
 * @param exchange what goes to the server
 * @param interval steps of a worker between two exchanges
 * @param locked whether a server does one thing at a time; without, what workers do at the same
 *     time may mix number by number. Niu, Recht, Ré and Wright, <i>Hogwild!</i>, 2011
 * @param maxStaleness what is based on parameters that others have changed more often since is
 *     thrown away; {@link #ANY} for never
 * @param maxAgeSeconds likewise of what is based on parameters this old or older; infinite for
 *     never
 * @param agreement steps after which all workers wait for each other, which is what a training that
 *     is cut off goes on from, and at the end of an epoch
 * @param placement where the servers are
 * @param maxLead how many exchanges a worker may be ahead of the slowest before it waits; {@link
 *     #ANY} for however many. Ho et al., <i>More Effective Distributed ML via a Stale Synchronous
 *     Parallel Parameter Server</i>, 2013
 */
public record Served(
    @JsonProperty("exchange") Exchange exchange,
    @JsonProperty("interval") int interval,
    @JsonProperty("locked") boolean locked,
    @JsonProperty("maxStaleness") int maxStaleness,
    @JsonProperty("maxAgeSeconds") double maxAgeSeconds,
    @JsonProperty("agreement") int agreement,
    @JsonProperty("placement") Placement placement,
    @JsonProperty("maxLead") int maxLead)
    implements Strategy {

  /** However stale. */
  public static final int ANY = -1;

  /** Steps between two agreements: seldom enough to cost little, often enough to lose little. */
  public static final int DEFAULT_AGREEMENT = 100;

  /** Where servers are. */
  public enum Placement {
    /**
     * The arrays of the network are dealt out to the workers, each of which serves some of them.
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
    Objects.requireNonNull(placement, "placement");
    if (interval < 1) {
      throw new IllegalArgumentException(
          "Invalid interval %d of a parameter server. Use 1 step or more.".formatted(interval));
    }
    if (maxStaleness < ANY) {
      throw new IllegalArgumentException(
          "Invalid staleness %d of a parameter server. Use 0 or more, or %d for any."
              .formatted(maxStaleness, ANY));
    }
    if (maxLead < ANY) {
      throw new IllegalArgumentException(
          "Invalid lead of %d exchanges over the slowest worker. Use 0 or more, or %d for any."
              .formatted(maxLead, ANY));
    }
    if (!(maxAgeSeconds > 0)) {
      throw new IllegalArgumentException(
          "Invalid age of %s s of a parameter server. Use a positive number."
              .formatted(maxAgeSeconds));
    }
    if (agreement < interval) {
      throw new IllegalArgumentException(
          "Invalid agreement after %d steps, where workers exchange every %d. Use as many or more."
              .formatted(agreement, interval));
    }
  }

  /** An exchange every so many steps, locked, of whatever staleness. */
  public static Served of(Exchange exchange, int interval) {
    return new Served(
        exchange,
        interval,
        true,
        ANY,
        Double.POSITIVE_INFINITY,
        Math.max(interval, DEFAULT_AGREEMENT),
        Placement.WORKERS,
        ANY);
  }

  /** Without locks. */
  public Served lockFree() {
    return new Served(
        exchange, interval, false, maxStaleness, maxAgeSeconds, agreement, placement, maxLead);
  }

  /** That throws away what is staler. */
  public Served withMaxStaleness(int versions) {
    return new Served(
        exchange, interval, locked, versions, maxAgeSeconds, agreement, placement, maxLead);
  }

  /** That throws away what is as old as this. */
  public Served withMaxAge(double seconds) {
    return new Served(
        exchange, interval, locked, maxStaleness, seconds, agreement, placement, maxLead);
  }

  /** Whose workers wait for the slowest where they are further ahead of it than this. */
  public Served withMaxLead(int exchanges) {
    return new Served(
        exchange, interval, locked, maxStaleness, maxAgeSeconds, agreement, placement, exchanges);
  }

  /** With agreements after so many steps. */
  public Served agreeingEvery(int steps) {
    return new Served(
        exchange, interval, locked, maxStaleness, maxAgeSeconds, steps, placement, maxLead);
  }

  /** With one server of all arrays, in the driver. */
  public Served onDriver() {
    return new Served(
        exchange,
        interval,
        locked,
        maxStaleness,
        maxAgeSeconds,
        agreement,
        Placement.DRIVER,
        maxLead);
  }

  /** Whether what is offered is taken. */
  public boolean takes(long staleness, double ageSeconds) {
    return (maxStaleness == ANY || staleness <= maxStaleness) && ageSeconds < maxAgeSeconds;
  }

  @Override
  public <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E {
    return visitor.served(this);
  }
}
