package io.kindling.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AesGcmTest {

  @Test
  void javasOwnCipherServesWhereTheProvidersJarWasLeftOut() throws Exception {
    URL[] withoutIt = {place(AesGcm.class), place(LoggerFactory.class)};
    // Java's own loader behind it, as the platform's would find the modules of this test.
    try (URLClassLoader loader = new URLClassLoader(withoutIt, null)) {
      Class<?> alone = Class.forName(AesGcm.class.getName(), true, loader);
      assertThat(alone).isNotSameAs(AesGcm.class);
      Method method = alone.getDeclaredMethod("cipher");
      method.setAccessible(true);

      Cipher cipher = (Cipher) method.invoke(null);

      assertThat(cipher.getProvider().getName()).doesNotContain("Corretto");
    }
  }

  private static URL place(Class<?> of) {
    return of.getProtectionDomain().getCodeSource().getLocation();
  }
}
