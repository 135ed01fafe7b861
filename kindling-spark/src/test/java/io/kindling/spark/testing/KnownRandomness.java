package io.kindling.spark.testing;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * While it is open, keeps every 256 bits that this process draws from {@code new SecureRandom()},
 * the secrets of jobs among them, so that a test can look for where they went.
 */
public final class KnownRandomness implements AutoCloseable {

  private static final int SECRET_BYTES = 32;
  private static final String NAME = "KnownRandomness";
  private static final Queue<byte[]> DRAWN = new ConcurrentLinkedQueue<>();

  private KnownRandomness() {}

  public static KnownRandomness open() {
    DRAWN.clear();
    Security.insertProviderAt(new Known(), 1);
    return new KnownRandomness();
  }

  /** All that was drawn, in order. */
  public List<byte[]> drawn() {
    return List.copyOf(DRAWN);
  }

  /** That a text or a file holds none of the bytes, in whatever way they may be written. */
  public static void assertHoldsNone(Object what, byte[] content, List<byte[]> secrets) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    for (byte[] secret : secrets) {
      for (byte[] form : formsOf(secret)) {
        if (text.contains(new String(form, StandardCharsets.ISO_8859_1))) {
          throw new AssertionError(what + " holds 256 bits that are to be secret");
        }
      }
    }
  }

  private static List<byte[]> formsOf(byte[] secret) {
    String hex = HexFormat.of().formatHex(secret);
    List<byte[]> forms = new ArrayList<>();
    forms.add(secret);
    for (String text :
        List.of(
            hex,
            HexFormat.of().withUpperCase().formatHex(secret),
            Base64.getEncoder().withoutPadding().encodeToString(secret),
            Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
            Arrays.toString(secret).replaceAll("[\\[\\]]", ""))) {
      forms.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return forms;
  }

  @Override
  public void close() {
    Security.removeProvider(NAME);
  }

  private static final class Known extends Provider {
    @Serial private static final long serialVersionUID = 1;

    Known() {
      super(NAME, "1", "Remembers what it gave");
      put("SecureRandom." + NAME, Remembering.class.getName());
    }
  }

  /** Public, because Java's security makes it. */
  public static final class Remembering extends SecureRandomSpi {
    @Serial private static final long serialVersionUID = 1;

    private final transient SecureRandom real;

    public Remembering() throws NoSuchAlgorithmException {
      real = SecureRandom.getInstance("NativePRNGNonBlocking");
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
      real.setSeed(seed);
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      real.nextBytes(bytes);
      if (bytes.length == SECRET_BYTES) {
        DRAWN.add(bytes.clone());
      }
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      return real.generateSeed(count);
    }
  }
}
