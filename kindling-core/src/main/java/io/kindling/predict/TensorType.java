package io.kindling.predict;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model takes or gives under one name.
 *
 * @param name the name in the signature, not that of an operation
 * @param type what its elements are
 * @param dimensions all of them, rows included, outermost first; {@link #FREE} where any size fits;
 *     empty where not even their number is known
 */
public record TensorType(String name, ValueType type, Optional<List<Long>> dimensions) {

  /** A dimension of any size. */
  public static final long FREE = -1;

  public TensorType {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    dimensions = dimensions.map(List::copyOf);
    dimensions.ifPresent(
        sizes -> {
          if (sizes.stream().anyMatch(size -> size < FREE)) {
            throw new IllegalArgumentException(
                "Invalid dimensions " + sizes + " of '" + name + "'. Use sizes, or -1 for any.");
          }
        });
  }

  /** A tensor of known rank. */
  public static TensorType of(String name, ValueType type, long... dimensions) {
    return new TensorType(name, type, Optional.of(Arrays.stream(dimensions).boxed().toList()));
  }

  /** A tensor of which not even the number of dimensions is known. */
  public static TensorType ofUnknownRank(String name, ValueType type) {
    return new TensorType(name, type, Optional.empty());
  }

  /** Whether the outermost dimension takes any number of rows. */
  public boolean hasFreeRows() {
    return dimensions.map(sizes -> !sizes.isEmpty() && sizes.get(0) == FREE).orElse(true);
  }

  /** Why a value does not fit; empty where it does. */
  Optional<String> mismatch(TensorValue value) {
    if (value.type() != type) {
      return Optional.of(
          "'" + name + "' has elements of " + value.type() + " but " + type + " is expected");
    }
    return fits(value)
        ? Optional.empty()
        : Optional.of(
            "'"
                + name
                + "' has shape "
                + Arrays.toString(value.shape())
                + " but "
                + dimensionsText()
                + " is expected");
  }

  private boolean fits(TensorValue value) {
    if (dimensions.isEmpty()) {
      return true;
    }
    List<Long> expected = dimensions.get();
    if (expected.size() != value.rank()) {
      return false;
    }
    for (int axis = 0; axis < expected.size(); axis++) {
      long size = expected.get(axis);
      if (size != FREE && size != value.dimension(axis)) {
        return false;
      }
    }
    return true;
  }

  private String dimensionsText() {
    return dimensions
        .map(
            sizes ->
                sizes.stream()
                    .map(size -> size == FREE ? "?" : size.toString())
                    .collect(Collectors.joining(", ", "[", "]")))
        .orElse("[…]");
  }

  @Override
  public String toString() {
    return "'" + name + "' " + type + dimensionsText();
  }
}
