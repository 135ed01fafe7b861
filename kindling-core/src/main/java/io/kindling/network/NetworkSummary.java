package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The table of a network: a line per step with its output shape and its parameters. */
final class NetworkSummary {

  private NetworkSummary() {}

  static String of(LayerNetwork network) {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"layer", "output", "parameters", "input"});
    for (TensorSpec input : network.inputs()) {
      rows.add(new String[] {input.name() + " (input)", input.shape().toBatchString(), "0", ""});
    }
    Set<String> counted = new HashSet<>();
    for (LayerNetwork.Step step : network.steps()) {
      Layer layer = step.layer();
      long count =
          counted.add(layer.name())
              ? layer.parameters(network.inputShapes(step)).stream()
                  .mapToLong(p -> p.shape().size())
                  .sum()
              : 0;
      Shape shape = network.shape(step.name());
      rows.add(
          new String[] {
            step.name() + " (" + layer.getClass().getSimpleName() + ")",
            shape.toBatchString(),
            String.format(Locale.ROOT, "%,d", count),
            String.join(", ", step.inputs())
          });
    }
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      String line =
          String.format(
              Locale.ROOT,
              "%-" + widths[0] + "s  %-" + widths[1] + "s  %" + widths[2] + "s  %s",
              row[0],
              row[1],
              row[2],
              row[3]);
      text.append(line.stripTrailing()).append('\n');
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%,d parameters, %,d in moving state",
                network.parameters().count(),
                network.state().count()))
        .toString();
  }
}
