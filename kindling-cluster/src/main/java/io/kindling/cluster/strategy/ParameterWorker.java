package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterMirror;
import io.kindling.training.ExchangeException;
import io.kindling.training.LocalUpdate;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.List;
import java.util.Optional;

/** Takes the optimizer's steps itself, and exchanges parameters. */
final class ParameterWorker implements ServedWorker {

  private static final ParameterMirror NOWHERE = (values, from, length) -> {};

  private final ParameterRule rule;
  private final TrainingProgram program;
  private final Servers servers;
  private final LocalUpdate local;
  private final float[] last; // what the servers had when it looked last
  private final float[] offered;
  private int pending;

  ParameterWorker(ParameterRule rule, Means means) {
    this.rule = rule;
    this.program = means.program();
    this.servers = means.servers();
    this.local = new LocalUpdate(means.optimizer(), program);
    int size = program.network().parameters().size();
    this.last = new float[size];
    this.offered = new float[size];
  }

  @Override
  public TrainingState step(TrainingState current, Optional<Gradients> mine, StepMeasure nothing) {
    if (mine.isEmpty()) {
      return local.idle(current, nothing);
    }
    pending++;
    return local.next(current, mine, mine.get().rows());
  }

  @Override
  public int pending() {
    return pending;
  }

  @Override
  public void pull(TrainingState own) throws ExchangeException {
    servers.pull(last, NOWHERE);
    System.arraycopy(last, 0, own.parameters(), 0, last.length);
    program.parameters().write(last, 0, last.length);
  }

  @Override
  public List<SharedParameters.Answer> exchange(TrainingState own) throws ExchangeException {
    return rule.looksFirst() ? meetHalfway(own.parameters()) : giveAndTake(own);
  }

  /** What is sent is as stale as the look just before: not at all but by chance. */
  private List<SharedParameters.Answer> meetHalfway(float[] parameters) throws ExchangeException {
    servers.pull(last, NOWHERE);
    rule.offer(parameters, last, pending, offered);
    for (int i = 0; i < offered.length; i++) {
      parameters[i] -= offered[i];
    }
    program.parameters().write(parameters, 0, parameters.length);
    pending = 0;
    return servers.push(new Numbers(offered, List.of()));
  }

  private List<SharedParameters.Answer> giveAndTake(TrainingState own) throws ExchangeException {
    rule.offer(own.parameters(), last, pending, offered);
    List<SharedParameters.Answer> answers = servers.push(new Numbers(offered, List.of()));
    pull(own);
    pending = 0;
    return answers;
  }

  /** Nothing: what its optimizer remembers stays with the worker. */
  @Override
  public TrainingState remember(TrainingState own, AllReduce allReduce) {
    return own;
  }

  @Override
  public boolean averagesByItself() {
    return true;
  }

  @Override
  public void epochEnded(List<Double> losses) {
    local.epochEnded(losses);
  }
}
