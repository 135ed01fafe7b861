package io.kindling.cluster.transport;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.Cipher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who computes AES-GCM: AWS-LC, where its native code loads, at 0.10 ns a byte; otherwise Java
 * itself, which takes 0.21 in version 17. Both make the same bytes, so the two ends of a link need
 * not agree.
 *
 * <p>The provider is asked for by name and not registered with the JVM: who computes what else in
 * an executor stays as its owner has it.
 */
final class AesGcm {

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final Logger LOG = LoggerFactory.getLogger(AesGcm.class);
  private static final Optional<Provider> NATIVE = nativeProvider();

  private AesGcm() {}

  static Cipher cipher() {
    try {
      return NATIVE.isPresent()
          ? Cipher.getInstance(TRANSFORMATION, NATIVE.get())
          : Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + TRANSFORMATION + ".", e);
    }
  }

  /** Nothing where the library is for another platform, was left out, or fails its own tests. */
  private static Optional<Provider> nativeProvider() {
    try {
      Provider provider = AwsLc.healthy();
      Cipher.getInstance(TRANSFORMATION, provider);
      return Optional.of(provider);
    } catch (Exception | LinkageError e) {
      LOG.info(
          "AWS-LC is not there ({}); encrypted links use Java's own AES-GCM, at half the speed",
          e.toString());
      return Optional.empty();
    }
  }

  /** Apart, because a class that names the provider's cannot even be verified without its jar. */
  private static final class AwsLc {

    private AwsLc() {}

    static Provider healthy() {
      AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
      return AmazonCorrettoCryptoProvider.INSTANCE;
    }
  }
}
