package io.kindling.cluster.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Someone on the path between two parties, who records one connection and may damage it. */
final class Wire implements AutoCloseable {

  private final ServerSocket server;
  private final Address target;
  private final int damagedByte;
  private final int mask;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ByteArrayOutputStream fromConnector = new ByteArrayOutputStream();

  private Wire(Address target, int damagedByte, int mask) throws IOException {
    this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.target = target;
    this.damagedByte = damagedByte;
    this.mask = mask;
    threads.execute(this::relay);
  }

  static Wire recording(Address target) throws IOException {
    return new Wire(target, -1, 0);
  }

  /** Flips a bit in the byte of that number among those the connector sends. */
  static Wire damaging(Address target, int damagedByte) throws IOException {
    return damaging(target, damagedByte, 0);
  }

  /** Flips the bit of a number, 0 to 7, in a byte. */
  static Wire damaging(Address target, int damagedByte, int bit) throws IOException {
    return new Wire(target, damagedByte, 1 << bit);
  }

  Address address() {
    return new Address("127.0.0.1", server.getLocalPort());
  }

  synchronized byte[] recorded() {
    return fromConnector.toByteArray();
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  private void relay() {
    try (Socket connector = server.accept();
        Socket acceptor = new Socket(target.host(), target.port())) {
      threads.execute(() -> copyBack(acceptor, connector));
      InputStream in = connector.getInputStream();
      OutputStream out = acceptor.getOutputStream();
      for (int next = in.read(), i = 0; next >= 0; next = in.read(), i++) {
        record(next);
        out.write(i == damagedByte ? next ^ mask : next);
      }
    } catch (IOException e) {
      // One of the ends is gone, and with it the reason to relay.
      assert e != null;
    }
  }

  private synchronized void record(int value) {
    fromConnector.write(value);
  }

  private static void copyBack(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      assert e != null;
    }
  }
}
