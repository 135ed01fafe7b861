package io.kindling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class KindlingTest {

  @Test
  void saysWhatFailedAndEveryOtherCauseOnce() {
    Throwable root = new IOException("disk is full\nmore of it");
    Throwable same = new IllegalStateException(root);
    Throwable other = new IllegalStateException("no room\nat all", same);

    assertThat(Kindling.message(new IllegalArgumentException("cannot save", other)).lines())
        .containsExactly(
            "cannot save", "Caused by: no room", "Caused by: java.io.IOException: disk is full");
  }

  @Test
  void namesAFailureThatSaysNothing() {
    assertThat(Kindling.message(new IllegalStateException((String) null)))
        .isEqualTo("IllegalStateException");
  }
}
