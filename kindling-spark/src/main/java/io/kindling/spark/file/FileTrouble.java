package io.kindling.spark.file;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.security.AccessControlException;

/** Tells what is wrong with files from what is wrong on the way to them. */
public final class FileTrouble {

  private FileTrouble() {}

  /** Whether the file system could not be asked, so that nothing is known of what stands there. */
  public static boolean isOfTheWay(Throwable trouble) {
    return Stream.iterate(trouble, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            each ->
                each instanceof AccessControlException
                    || each instanceof AccessDeniedException
                    || each instanceof InterruptedException
                    || each instanceof InterruptedIOException // also of time
                    || each instanceof SocketException
                    || each instanceof UnknownHostException);
  }
}
