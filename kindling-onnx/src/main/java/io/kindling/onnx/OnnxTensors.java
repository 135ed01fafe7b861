package io.kindling.onnx;

import io.kindling.predict.Finding;
import io.kindling.predict.ModelFolder;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The {@code TensorProto}s of a model: what they declare is held against what they hold, in the
 * file or in others of its folder. For one thread.
 */
final class OnnxTensors {

  /** How ONNX Runtime's own names for places in memory begin; a file can be named so, too. */
  private static final String MEMORY = "*/";

  private final WireBudget budget;
  private final ModelFolder folder;
  private boolean lieOutside;

  OnnxTensors(WireBudget budget, ModelFolder folder) {
    this.budget = budget;
    this.folder = folder;
  }

  /** Whether some lie in files beside the model's. */
  boolean lieOutside() {
    return lieOutside;
  }

  /** Checks the numbers of a sparse tensor, and where they stand. */
  void readSparse(WireMessage sparse) {
    Set<Integer> seen = new HashSet<>();
    while (sparse.next()) {
      if (sparse.field() == 1 || sparse.field() == 2) {
        if (!seen.add(sparse.field())) {
          throw budget.refused(Finding.Kind.CONTENT, "a sparse tensor has its numbers twice");
        }
        read(sparse.message("TensorProto"));
      }
    }
  }

  /** Checks a tensor; returns its name. */
  String read(WireMessage tensor) {
    String name = "";
    int type = 0;
    long[] elements = {1};
    boolean[] isEmpty = {false};
    long raw = -1;
    long[] listed = {0};
    boolean isExternal = false;
    Map<String, String> external = new HashMap<>();
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 ->
            tensor.numbers(
                size -> {
                  if (size < 0) {
                    throw budget.refused(Finding.Kind.SHAPE, "a tensor has a dimension of " + size);
                  }
                  isEmpty[0] |= size == 0;
                  elements[0] =
                      size != 0 && elements[0] > Long.MAX_VALUE / size
                          ? Long.MAX_VALUE
                          : elements[0] * Math.max(size, 1);
                });
        case 2 -> type = (int) tensor.number();
        case 4 -> listed[0] += tensor.hasLength() ? tensor.byteCount() / Float.BYTES : 1;
        case 10 -> listed[0] += tensor.hasLength() ? tensor.byteCount() / Double.BYTES : 1;
        case 5, 7, 11 -> tensor.numbers(number -> listed[0]++);
        case 6 -> listed[0]++;
        case 8 -> name = tensor.text();
        case 9 -> raw = tensor.byteCount();
        case 13 -> readEntry(tensor.message("StringStringEntryProto"), external);
        case 14 -> isExternal = tensor.number() == 1;
        default -> {}
      }
    }
    long count = isEmpty[0] ? 0 : elements[0];
    int bits = OnnxTypes.bits(type);
    if (bits == 0 && type != OnnxTypes.STRING) {
      throw budget.refused(
          Finding.Kind.SHAPE,
          "tensor '%s' has elements of %s".formatted(Finding.clipped(name), OnnxTypes.name(type)));
    }
    long declared =
        bits == 0
            ? Math.min(count, Long.MAX_VALUE / 64) * 32
            : count > Long.MAX_VALUE / bits ? Long.MAX_VALUE : (count * bits + 7) / 8;
    if (isExternal || !external.isEmpty()) {
      checkExternal(name, external, declared);
      return name;
    }
    budget.declare(name, declared);
    // Numbers of less than 32 bits may be listed several to one, complex ones as two.
    boolean listsAll =
        listed[0] == count
            || (bits < 32 && listed[0] <= count)
            || (bits >= 64 && listed[0] == 2 * count);
    boolean holdsAll = raw >= 0 ? raw == declared : listsAll;
    if (!holdsAll) {
      throw budget.refused(
          Finding.Kind.SHAPE,
          "tensor '%s' declares %d elements of %s, but holds %s"
              .formatted(
                  Finding.clipped(name),
                  count,
                  OnnxTypes.name(type),
                  raw >= 0 ? raw + " bytes" : listed[0] + " numbers"));
    }
    return name;
  }

  private static void readEntry(WireMessage entry, Map<String, String> entries) {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.text();
        case 2 -> value = entry.text();
        default -> {}
      }
    }
    entries.put(key, value);
  }

  private void checkExternal(String name, Map<String, String> external, long declared) {
    lieOutside = true;
    String location = external.getOrDefault("location", "");
    if (location.startsWith(MEMORY)) {
      throw budget.refused(
          Finding.Kind.PATH,
          "tensor '%s' lies at '%s', which ONNX Runtime takes for an address in its memory"
              .formatted(Finding.clipped(name), Finding.clipped(location)));
    }
    try {
      Path file = folder.file(location);
      long offset = number(name, external, "offset", 0);
      long length = number(name, external, "length", declared);
      if (offset > folder.size(file) || length > folder.size(file) - offset) {
        throw budget.refused(
            Finding.Kind.TRUNCATED,
            "tensor '%s' lies in bytes %d to %s of '%s', which has %d"
                .formatted(
                    Finding.clipped(name),
                    offset,
                    Long.toUnsignedString(offset + length),
                    Finding.clipped(location),
                    folder.size(file)));
      }
      if (length != declared) {
        throw budget.refused(
            Finding.Kind.SHAPE,
            "tensor '%s' declares %d bytes, but %d of '%s' are its"
                .formatted(Finding.clipped(name), declared, length, Finding.clipped(location)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long number(String name, Map<String, String> external, String key, long otherwise) {
    String text = external.get(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("\\d{1,18}")) {
      throw budget.refused(
          Finding.Kind.CONTENT,
          "tensor '%s' has the %s '%s'"
              .formatted(Finding.clipped(name), key, Finding.clipped(text)));
    }
    return Long.parseLong(text);
  }
}
