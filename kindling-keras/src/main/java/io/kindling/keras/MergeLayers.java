package io.kindling.keras;

import io.kindling.network.Add;
import io.kindling.network.Average;
import io.kindling.network.Concatenate;
import io.kindling.network.Dot;
import io.kindling.network.Layer;
import io.kindling.network.Maximum;
import io.kindling.network.Minimum;
import io.kindling.network.Multiply;
import io.kindling.network.Reshape;
import io.kindling.network.Subtract;
import java.util.List;
import java.util.Optional;

/** Layers of several inputs. */
final class MergeLayers {

  private static final String ALIKE = "inputs of one shape";

  private MergeLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        merge("Add", Add.of()),
        merge("Subtract", Subtract.of()),
        merge("Multiply", Multiply.of()),
        merge("Average", Average.of()),
        merge("Maximum", Maximum.of()),
        merge("Minimum", Minimum.of()),
        new KerasLayer("Concatenate", "`Concatenate`", "", MergeLayers::concatenate),
        new KerasLayer(
            "Dot", "`Dot`, of unit vectors with `normalize`", "of two vectors", MergeLayers::dot));
  }

  private static KerasLayer merge(String name, Layer layer) {
    return new KerasLayer(
        name,
        "`" + layer.getClass().getSimpleName() + "`",
        ALIKE,
        call -> call.last(layer, inputs(call)).masked(either(call)));
  }

  private static Value[] inputs(LayerCall call) {
    if (call.inputs().size() < 2) {
      throw call.config().refusal("it takes two or more inputs but got " + call.inputs().size());
    }
    return call.inputs().toArray(Value[]::new);
  }

  /** Of masked inputs, which steps any of them has; of others nothing is left out. */
  private static Optional<Value> either(LayerCall call) {
    List<Value> masks =
        call.inputs().stream().flatMap(input -> input.mask().stream()).distinct().toList();
    if (call.inputs().stream().anyMatch(input -> input.mask().isEmpty())) {
      return Optional.empty();
    }
    return masks.size() == 1
        ? Optional.of(masks.get(0))
        : Optional.of(call.before("mask", Maximum.of(), masks.toArray(Value[]::new)));
  }

  private static Value concatenate(LayerCall call) {
    LayerConfig config = call.config();
    int axis = config.integer("axis", -1);
    int rank = call.inputs().isEmpty() ? 0 : call.inputs().get(0).shape().rank();
    if (axis == 0 || axis > rank || axis < -rank) {
      throw config.refusal("Unsupported axis " + axis + ", only one of the row's");
    }
    int ours = axis > 0 ? axis - 1 : axis;
    boolean isLast = ours == -1 || ours == rank - 1;
    if (!isLast && call.inputs().stream().anyMatch(input -> input.mask().isPresent())) {
      throw config.refusal("Unsupported mask along axis " + axis);
    }
    Value made = call.last(Concatenate.along(ours), inputs(call));
    return isLast ? made.masked(either(call)) : made;
  }

  private static Value dot(LayerCall call) {
    LayerConfig config = call.config();
    Value[] from = inputs(call);
    if (from.length != 2 || from[0].shape().rank() != 1 || from[1].shape().rank() != 1) {
      throw config.refusal("Unsupported inputs of rank 2 or more, only two vectors");
    }
    if (config.list("axes").stream().anyMatch(axis -> axis != 1 && axis != -1)) {
      throw config.refusal("Unsupported axes " + config.raw("axes"));
    }
    Dot dot = config.flag("normalize", false) ? Dot.cosine() : Dot.of();
    return call.last(Reshape.of(1), call.before("product", dot, from));
  }
}
