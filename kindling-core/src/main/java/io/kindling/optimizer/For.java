package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.regex.Pattern;

/**
 * Another transformation for some of the network's arrays; the others pass as they are.
 *
 * @param names of the arrays, {@code layer/role}, where {@code *} stands for anything: {@code
 *     conv2d_*}{@code /kernel}
 */
public record For(
    @JsonProperty("names") String names, @JsonProperty("transform") GradientTransform transform)
    implements GradientTransform {

  public For {
    if (transform.needsGlobalNorm()) {
      throw new IllegalArgumentException(
          "Unsupported transformation " + transform + " of some arrays: its norm is that of all.");
    }
  }

  @Override
  public int slots() {
    return transform.slots();
  }

  @Override
  public boolean needsWholeArrays() {
    return transform.needsWholeArrays();
  }

  @Override
  public BlockTransform at(long step, double globalNorm) {
    BlockTransform inner = transform.at(step, globalNorm);
    Pattern pattern = pattern();
    return block -> {
      if (pattern.matcher(block.view().name()).matches()) {
        inner.apply(block);
      }
    };
  }

  private Pattern pattern() {
    StringBuilder text = new StringBuilder();
    for (String part : names.split("\\*", -1)) {
      text.append(text.isEmpty() ? "" : ".*").append(part.isEmpty() ? "" : Pattern.quote(part));
    }
    return Pattern.compile(names.startsWith("*") ? ".*" + text : text.toString());
  }
}
