package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.Numbers.TableRows;
import io.kindling.cluster.transport.Party;
import io.kindling.network.ParameterMirror;
import io.kindling.training.ExchangeException;
import java.util.List;

/** The arrays that a center of this process keeps. */
final class NeighbouringCenter implements SharedParameters {

  private final Center center;
  private final Center.Visit visit;
  private float[] dense = new float[0]; // made with the first push, when the center has begun

  /**
   * @param worker who sees it
   */
  NeighbouringCenter(Center center, Party worker) {
    this.center = center;
    this.visit = center.visit(worker.capitalized());
  }

  @Override
  public void pull(float[] into, ParameterMirror mirror) throws ExchangeException {
    Portion portion = center.portion();
    List<TableRows> rows = visit.pull(parameters -> portion.unpack(parameters, into, mirror));
    portion.unpackRows(rows, into, mirror);
  }

  @Override
  public Answer push(Numbers offered) throws ExchangeException {
    Portion portion = center.portion();
    if (dense.length != portion.denseSize()) {
      dense = new float[portion.denseSize()];
    }
    portion.pack(offered.dense(), dense);
    return visit.push(new Numbers(dense, portion.own(offered.rows())));
  }

  @Override
  public void rest() {
    visit.rest();
  }
}
