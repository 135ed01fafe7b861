package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout.View;
import java.util.Iterator;
import java.util.List;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/** The gradient as TensorFlow draws it. */
record GradientOfWhole(View view, Output<?> parameter) implements ParameterGradient {

  @Override
  public List<Output<?>> cuts() {
    return List.of(parameter);
  }

  @Override
  public List<Output<?>> drawn(Ops tf, Iterator<Output<?>> ofCuts) {
    return List.of(ofCuts.next());
  }
}
