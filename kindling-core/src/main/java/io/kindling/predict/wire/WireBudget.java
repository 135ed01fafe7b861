package io.kindling.predict.wire;

import io.kindling.predict.Finding;
import io.kindling.predict.ModelLimits;
import io.kindling.predict.RefusedModelException;
import java.nio.file.Path;
import java.util.List;

/** What the messages of one file may use up together. For one thread. */
public final class WireBudget {

  private final Path file;
  private final ModelLimits limits;
  private long declaredBytes;
  private final long declarableBytes;

  /**
   * @param file for messages
   * @param fileBytes how long it is
   */
  public WireBudget(Path file, long fileBytes, ModelLimits limits) {
    this.file = file;
    this.limits = limits;
    this.declarableBytes = limits.declarableBytes(fileBytes);
  }

  public Path file() {
    return file;
  }

  public ModelLimits limits() {
    return limits;
  }

  /**
   * Adds what a tensor declares.
   *
   * @throws RefusedModelException if the file's tensors declare more than its bytes allow
   */
  public void declare(String tensor, long bytes) {
    declaredBytes += Math.min(bytes, Long.MAX_VALUE - declaredBytes);
    if (declaredBytes > declarableBytes) {
      throw refused(
          Finding.Kind.SIZE,
          "tensor '%s' declares %d bytes; with those before it, more than the %d that a file of this length may (limit 'ratio')"
              .formatted(Finding.clipped(tensor), bytes, declarableBytes));
    }
  }

  /** The exception that refuses this file. */
  public RefusedModelException refused(Finding.Kind kind, String text) {
    return new RefusedModelException(file, List.of(new Finding(kind, text)));
  }
}
