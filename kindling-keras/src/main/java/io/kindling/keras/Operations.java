package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.network.Add;
import io.kindling.network.Layer;
import io.kindling.network.Mask;
import io.kindling.network.Maximum;
import io.kindling.network.Minimum;
import io.kindling.network.Multiply;
import io.kindling.network.Rescaling;
import io.kindling.network.Subtract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is no layer in Keras 3 but stands among the layers of a functional model: arithmetic, such
 * as {@code x + y}, and the comparisons that masks are made of.
 */
final class Operations {

  private static final Map<String, Layer> OF_TWO =
      Map.of(
          "Add", Add.of(),
          "Subtract", Subtract.of(),
          "Multiply", Multiply.of(),
          "Maximum", Maximum.of(),
          "Minimum", Minimum.of());

  private Operations() {}

  /** Whether a class is an operation, told by the module it is from. */
  static boolean isOne(String module) {
    return module.contains(".ops");
  }

  static boolean isKnown(String kind) {
    return OF_TWO.containsKey(kind)
        || List.of("TrueDivide", "Divide", "NotEqual", "Any", "LogicalOr").contains(kind);
  }

  /**
   * Applies one.
   *
   * @param arguments by position: those of values are null
   */
  static Value of(LayerCall call, List<JsonNode> arguments) {
    LayerConfig config = call.config();
    return switch (config.kind()) {
      case "NotEqual" -> unequal(call, arguments);
      case "Any" -> any(call);
      case "LogicalOr" -> call.last(Maximum.of(), call.inputs().toArray(Value[]::new));
      default -> arithmetic(call, arguments);
    };
  }

  private static Value unequal(LayerCall call, List<JsonNode> arguments) {
    double number = number(call, arguments, 1);
    Value x = call.input();
    if (x.shape().rank() == 1) {
      return call.last(Mask.of(number), x);
    }
    return new Value(x.node(), x.shape(), Optional.empty(), Optional.of(number));
  }

  private static Value any(LayerCall call) {
    Value x = call.input();
    if (x.unequalTo().isEmpty()
        || x.shape().rank() != 2
        || call.config().integer("axis", 0) != -1
        || call.config().flag("keepdims", false)) {
      throw call.config().refusal("Unsupported but for the mask of a Masking layer");
    }
    return call.last(
        Mask.of(x.unequalTo().get()),
        new Value(x.node(), x.shape(), Optional.empty(), Optional.empty()));
  }

  private static Value arithmetic(LayerCall call, List<JsonNode> arguments) {
    LayerConfig config = call.config();
    List<Value> inputs = call.inputs();
    if (inputs.size() == 2 && OF_TWO.containsKey(config.kind())) {
      return call.last(OF_TWO.get(config.kind()), inputs.toArray(Value[]::new));
    }
    if (inputs.size() != 1 || arguments.size() != 2) {
      throw config.refusal("Unsupported arguments");
    }
    boolean isFirst = arguments.get(0) == null;
    double number = number(call, arguments, isFirst ? 1 : 0);
    Rescaling scaled =
        switch (config.kind()) {
          case "Add" -> Rescaling.of(1, number);
          case "Multiply" -> Rescaling.of(number);
          case "Subtract" -> isFirst ? Rescaling.of(1, -number) : Rescaling.of(-1, number);
          case "TrueDivide", "Divide" -> {
            if (!isFirst || number == 0) {
              throw config.refusal("Unsupported division by what is no number");
            }
            yield Rescaling.of(1 / number);
          }
          default -> throw config.refusal("Unsupported with a number");
        };
    return call.last(scaled, inputs.get(0));
  }

  private static double number(LayerCall call, List<JsonNode> arguments, int place) {
    JsonNode argument = arguments.size() > place ? arguments.get(place) : null;
    if (argument == null || !argument.isNumber()) {
      throw call.config().refusal("Unsupported but with a number");
    }
    return argument.asDouble();
  }

  /** The names of all, for the manual. */
  static List<String> names() {
    List<String> names = new ArrayList<>(OF_TWO.keySet());
    names.addAll(List.of("TrueDivide", "NotEqual", "Any", "LogicalOr"));
    names.sort(null);
    return names;
  }
}
