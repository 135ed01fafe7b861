package io.kindling.spark.job;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Relays every connection that a worker opens, and writes what went out first, its handshake, into
 * a file.
 */
record HandshakeRecorder(String folder) implements Route {

  private static final long serialVersionUID = 1;

  @Override
  public Address to(Address address, Party peer) {
    try {
      ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      start(() -> relay(server, address));
      return new Address("127.0.0.1", server.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void relay(ServerSocket server, Address address) throws IOException {
    try (Socket near = acceptOne(server);
        Socket far = new Socket(address.host(), address.port())) {
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      start(() -> pass(far.getInputStream(), near.getOutputStream()));
      byte[] first = new byte[1 << 12];
      int count = near.getInputStream().read(first);
      if (count > 0) {
        Path file = Files.createTempFile(Path.of(folder), "to-" + address.port() + "-", ".part");
        Files.write(file, Arrays.copyOf(first, count));
        Files.move(file, Path.of(file.toString().replace(".part", ".hello")));
        far.getOutputStream().write(first, 0, count);
        pass(near.getInputStream(), far.getOutputStream());
      }
    }
  }

  private static Socket acceptOne(ServerSocket server) throws IOException {
    try (server) {
      return server.accept();
    }
  }

  private static void pass(InputStream in, OutputStream out) throws IOException {
    in.transferTo(out);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One end is gone, and nothing is left to pass on.
                assert e != null;
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }
}
