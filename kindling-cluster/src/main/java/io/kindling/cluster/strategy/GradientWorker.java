package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.ExchangeException;
import io.kindling.training.GradientForm;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.List;
import java.util.Optional;

/** Adds up gradients, and has the servers take the optimizer's steps. */
final class GradientWorker implements ServedWorker {

  private final TrainingProgram program;
  private final Servers servers;
  private final GradientForm form;
  private final float[] sum; // of gradients since the last exchange
  private final float[] read;
  private final List<RowSum> rows;
  private final int slots;
  private int pending;

  GradientWorker(Means means) {
    this.program = means.program();
    this.servers = means.servers();
    this.form = GradientForm.of(program, means.optimizer());
    this.slots = means.optimizer().slots();
    this.sum = new float[form.denseSize()];
    this.read = new float[form.denseSize()];
    this.rows = form.sparse().stream().map(RowSum::new).toList();
  }

  @Override
  public TrainingState step(TrainingState current, Optional<Gradients> mine, StepMeasure nothing) {
    if (mine.isEmpty()) {
      return current.after(current.optimizer(), nothing);
    }
    Gradients gradients = mine.get();
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
    boolean isFirst = pending == 0;
    StepGradient step = form.read(gradients, isFirst ? sum : read);
    for (int i = 0; !isFirst && i < sum.length; i++) {
      sum[i] += read[i];
    }
    for (int table = 0; table < rows.size(); table++) {
      rows.get(table).add(step.sparse().get(table));
    }
    pending++;
  }

  @Override
  public int pending() {
    return pending;
  }

  @Override
  public void pull(TrainingState own) throws ExchangeException {
    servers.pull(own.parameters(), program.parameters());
  }

  @Override
  public List<SharedParameters.Answer> exchange(TrainingState own) throws ExchangeException {
    for (int i = 0; pending > 1 && i < sum.length; i++) {
      sum[i] /= pending;
    }
    int steps = pending;
    Numbers mean = new Numbers(sum, rows.stream().map(each -> each.takeMean(steps)).toList());
    List<SharedParameters.Answer> answers = servers.push(mean);
    pull(own);
    pending = 0;
    return answers;
  }

  @Override
  public TrainingState remember(TrainingState own, AllReduce allReduce) throws ExchangeException {
    return own.withOptimizer(servers.slots(slots, allReduce, own.step()));
  }

  /** The servers have the optimizer. */
  @Override
  public boolean averagesByItself() {
    return false;
  }

  @Override
  public void epochEnded(List<Double> losses) {}
}
