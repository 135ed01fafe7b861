package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kindling.network.ParameterLayout.View;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
    if (transform.needsWholeUpdate()) {
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
  public boolean needsEveryRow(View view) {
    return isNamed().test(view.name()) && transform.needsEveryRow(view);
  }

  @Override
  public int rank() {
    return transform.rank();
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    BlockTransform inner = transform.at(step, whole);
    Predicate<String> isNamed = isNamed();
    return block -> {
      if (isNamed.test(block.view().name())) {
        inner.apply(block);
      }
    };
  }

  /** Whether it is for an array, by its name. */
  Predicate<String> isNamed() {
    return Pattern.compile(
            Arrays.stream(names.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")))
        .asMatchPredicate();
  }
}
