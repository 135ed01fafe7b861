package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.RowGradient;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.GradientForm;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.Arrays;
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

  /** ρ η: 0.5 for the ρ = 5 and η = 0.1 that dist-keras has. */
  private static final float ELASTICITY = 0.5f;

  private final Served strategy;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final Servers servers;
  private final StepClock clock;
  private final LocalUpdate local;
  private final GradientForm form;
  private final ParameterLayout layout;
  private final StepsApart apart;
  private final Staleness staleness = new Staleness();
  private final float[] sum; // of gradients since the last exchange, where they are exchanged
  private final float[] change;
  private float[] pulled = new float[0];
  private Optimizer optimizer;
  private int pending; // steps since the last exchange
  private boolean hasBegun;
  private List<StepMeasure> agreed = List.of();
  private long rounds;

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
    this.program = program;
    this.allReduce = allReduce;
    this.servers = servers;
    this.local = new LocalUpdate(optimizer, program);
    this.form = GradientForm.of(program, optimizer);
    this.layout = program.network().parameters();
    this.apart = new StepsApart(program.objective().accumulators());
    this.sum = new float[layout.size()];
    this.change = new float[layout.size()];
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
    TrainingState next = step(current, mine);
    clock.begin(Activity.EXCHANGING);
    apart.add(next.last(), rows);
    if (pending >= strategy.interval()) {
      exchange(next);
    }
    return apart.count() >= strategy.agreement() ? agree(next) : next;
  }

  /** All workers begin with the same state, so that what they pull first they have already. */
  private void begin(TrainingState agreedState) throws ExchangeException {
    long updates = agreedState.step() / strategy.interval() * allReduce.worldSize();
    servers.begin(agreedState.parameters(), agreedState.optimizer(), updates);
    pulled = agreedState.parameters().clone();
    pull(agreedState);
    hasBegun = true;
  }

  private TrainingState step(TrainingState current, Optional<Gradients> mine) {
    if (mine.isEmpty()) {
      return strategy.exchange() == Exchange.GRADIENTS
          ? current.after(current.optimizer(), apart.nothing())
          : local.idle(current, apart.nothing());
    }
    Gradients gradients = mine.get();
    pending++;
    if (strategy.exchange() != Exchange.GRADIENTS) {
      return local.next(current, mine, gradients.rows());
    }
    accumulate(gradients);
    if (current.networkState().length > 0) {
      gradients.readState(current.networkState(), 0);
      program.state().write(current.networkState(), 0, current.networkState().length);
    }
    return current.after(
        current.optimizer(),
        new StepMeasure(gradients.rows(), gradients.loss(), gradients.metricSums().clone()));
  }

  private void accumulate(Gradients gradients) {
    StepGradient read = form.read(gradients, change);
    boolean isFirst = pending == 1;
    for (int i = 0; i < form.denseSize(); i++) {
      sum[i] = isFirst ? change[i] : sum[i] + change[i];
    }
    if (isFirst) {
      Arrays.fill(sum, form.denseSize(), sum.length, 0);
    }
    for (RowGradient rows : read.sparse()) {
      int width = rows.view().rowSize();
      for (int i = 0; i < rows.values().length; i++) {
        sum[rows.view().offset() + rows.rows()[i / width] * width + i % width] += rows.values()[i];
      }
    }
  }

  /** Sends what has come together since the last exchange, and takes what the servers have. */
  private void exchange(TrainingState own) throws ExchangeException {
    float[] parameters = own.parameters();
    switch (strategy.exchange()) {
      case GRADIENTS -> {
        for (int i = 0; i < sum.length; i++) {
          change[i] = sum[i] / pending;
        }
        push();
        pull(own);
      }
      case ELASTIC -> {
        servers.pull(pulled);
        for (int i = 0; i < change.length; i++) {
          change[i] = ELASTICITY * (parameters[i] - pulled[i]);
          parameters[i] -= change[i];
        }
        program.parameters().write(parameters, 0, parameters.length);
        push(); // whose staleness is that of the pull just before: none but by chance
      }
      case MEAN -> {
        System.arraycopy(parameters, 0, change, 0, change.length);
        push();
        pull(own);
      }
      case DOWNPOUR, ADAG, DYN_SGD -> {
        float part = strategy.exchange() == Exchange.ADAG ? 1f / pending : 1;
        for (int i = 0; i < change.length; i++) {
          change[i] = (parameters[i] - pulled[i]) * part;
        }
        push();
        pull(own);
      }
    }
    pending = 0;
  }

  private void push() throws ExchangeException {
    for (SharedParameters.Answer answer : servers.push(change)) {
      staleness.count(answer);
    }
  }

  private void pull(TrainingState own) throws ExchangeException {
    servers.pull(pulled);
    System.arraycopy(pulled, 0, own.parameters(), 0, pulled.length);
    program.parameters().write(own.parameters(), 0, pulled.length);
  }

  @Override
  public TrainingState agree(TrainingState own) throws ExchangeException {
    if (apart.isEmpty()) {
      return own;
    }
    if (pending > 0) {
      exchange(own);
    }
    allReduce.sum(new double[] {1}, ++rounds); // all have flushed
    pull(own);
    TrainingState next = own;
    if (strategy.exchange() == Exchange.GRADIENTS) {
      next = withOptimizer(own, servers.slots(allReduce, own.step()));
    }
    float[] networkState = own.networkState();
    float[] learned = optimizer.learned(next.optimizer(), next.parameters(), own.step());
    boolean isMine = learned != next.parameters() && strategy.exchange() != Exchange.GRADIENTS;
    int learnedAt = networkState.length;
    int measuresAt = Math.addExact(learnedAt, isMine ? learned.length : 0);
    float[] exchange = new float[Math.addExact(measuresAt, apart.size())];
    float share = apart.share();
    StepsApart.scale(networkState, share, exchange, 0);
    if (isMine) {
      StepsApart.scale(learned, share, exchange, learnedAt);
    }
    apart.put(exchange, measuresAt);
    allReduce.sum(exchange, own.step()); // all have pulled
    System.arraycopy(exchange, 0, networkState, 0, networkState.length);
    program.state().write(networkState, 0, networkState.length);
    if (isMine) {
      System.arraycopy(exchange, learnedAt, learned, 0, learned.length);
    }
    agreed = apart.take(exchange, measuresAt);
    return new TrainingState(
        next.step(),
        next.parameters(),
        networkState,
        next.optimizer(),
        agreed.get(agreed.size() - 1),
        next.progress());
  }

  private static TrainingState withOptimizer(TrainingState own, OptimizerState state) {
    return new TrainingState(
        own.step(), own.parameters(), own.networkState(), state, own.last(), own.progress());
  }

  @Override
  public List<StepMeasure> agreed(TrainingState state) {
    List<StepMeasure> taken = agreed;
    agreed = List.of();
    return taken;
  }

  @Override
  public void epochEnded(List<Double> losses) {
    LOG.info("Rank {} in {}: {}", allReduce.rank(), strategy, staleness);
    optimizer = optimizer.afterEpochs(losses);
    local.epochEnded(losses);
    servers.use(optimizer);
  }

  @Override
  public double[] sum(double[] mine) throws ExchangeException {
    return allReduce.sum(mine, ++rounds);
  }

  @Override
  public void close() {
    servers.close();
    allReduce.close();
  }
}
