package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Served;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that share parameters through servers, as {@link Served} says.
 *
 * <p>Between two agreements a worker speaks to servers when it likes. To agree, all flush what they
 * have not sent, wait for each other, and take what the servers have; then the parameters of all
 * are the same, and they are what a lost generation goes on from: what was pushed since is lost
 * with its servers, and so is never applied twice. Where workers take steps themselves, what their
 * optimizers remember stays with each, but for averages, which are averaged.
 *
 * <p>Belongs to one thread.
 */
public final class ServedUpdate implements ParameterUpdate {

  private static final Logger LOG = LoggerFactory.getLogger(ServedUpdate.class);

  private final Served strategy;
  private final AllReduce allReduce;
  private final Servers servers;
  private final StepClock clock;
  private final ServedWorker worker;
  private final Agreement agreement;
  private final Staleness staleness = new Staleness();
  private Optimizer optimizer;
  private boolean hasBegun;

  /**
   * Borrows {@code program}, whose copies of the parameters it keeps up to date; owns {@code
   * allReduce} and {@code servers}.
   */
  public ServedUpdate(
      Served strategy,
      Optimizer optimizer,
      TrainingProgram program,
      AllReduce allReduce,
      Servers servers) {
    this(strategy, optimizer, program, allReduce, servers, new StepClock());
  }

  /**
   * @param clock told when this worker takes a step and when it exchanges
   */
  public ServedUpdate(
      Served strategy,
      Optimizer optimizer,
      TrainingProgram program,
      AllReduce allReduce,
      Servers servers,
      StepClock clock) {
    this.clock = clock;
    this.strategy = strategy;
    this.optimizer = optimizer;
    this.allReduce = allReduce;
    this.servers = servers;
    this.worker =
        ExchangeRule.of(strategy.exchange())
            .worker(new ServedWorker.Means(optimizer, program, servers));
    this.agreement = new Agreement(allReduce, program);
  }

  @Override
  public boolean goesApart() {
    return true;
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    if (!hasBegun) {
      begin(current);
    }
    clock.begin(Activity.UPDATING);
    StepsApart apart = agreement.apart();
    TrainingState next = worker.step(current, mine, apart.nothing());
    clock.begin(Activity.EXCHANGING);
    apart.add(next.last(), rows);
    if (worker.pending() >= strategy.interval()) {
      exchange(next);
    }
    return apart.count() >= strategy.agreement() ? agree(next) : next;
  }

  /** All workers begin with the same state, so that what they pull first they have already. */
  private void begin(TrainingState agreed) throws ExchangeException {
    long updates = agreed.step() / strategy.interval() * strategy.learners(allReduce.worldSize());
    servers.begin(agreed.parameters(), agreed.optimizer(), updates);
    worker.pull(agreed);
    hasBegun = true;
  }

  private void exchange(TrainingState own) throws ExchangeException {
    worker.exchange(own).forEach(staleness::count);
  }

  @Override
  public TrainingState agree(TrainingState own) throws ExchangeException {
    if (agreement.apart().isEmpty()) {
      return own;
    }
    if (worker.pending() > 0) {
      exchange(own);
    }
    servers.rest();
    agreement.awaitAll(); // all have flushed
    worker.pull(own);
    TrainingState next = worker.remember(own, allReduce);
    float[] learned = optimizer.learned(next.optimizer(), next.parameters(), own.step());
    boolean isMine = learned != next.parameters() && worker.averagesByItself();
    return agreement.reach(next, isMine ? List.of(learned) : List.of()); // all have pulled
  }

  @Override
  public List<StepMeasure> agreed(TrainingState state) {
    return agreement.take();
  }

  @Override
  public void epochEnded(List<Double> losses) {
    if (staleness.refused() > 0) {
      LOG.warn("Rank {} in {}: {}", allReduce.rank(), strategy, staleness);
    } else {
      LOG.info("Rank {} in {}: {}", allReduce.rank(), strategy, staleness);
    }
    optimizer = optimizer.afterEpochs(losses);
    worker.epochEnded(losses);
    servers.epochEnded(losses);
  }

  @Override
  public double[] sum(double[] mine) throws ExchangeException {
    return agreement.sum(mine);
  }

  @Override
  public void close() {
    servers.close();
    allReduce.close();
  }
}
