package dev.guildhall.engine.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes bytes on between its port and another one, until it is told to hold them back. */
final class Relay implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private boolean holding;

  Relay(int port) throws IOException {
    Thread.ofVirtual().start(() -> accept(port));
  }

  int port() {
    return door.getLocalPort();
  }

  synchronized void hold(boolean on) {
    holding = on;
    notifyAll();
  }

  private void accept(int port) {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        sockets.add(near);
        connect(near, port);
      } catch (IOException e) {
        // This is the end.
      }
    }
  }

  private void connect(Socket near, int port) throws IOException {
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(far);
      Thread.ofVirtual().start(() -> pass(near, far));
      Thread.ofVirtual().start(() -> pass(far, near));
    } catch (IOException e) {
      // Nobody is there yet.
      near.close();
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      for (int n = from.getInputStream().read(buffer); n >= 0; ) {
        awaitRelease();
        to.getOutputStream().write(buffer, 0, n);
        n = from.getInputStream().read(buffer);
      }
    } catch (IOException e) {
      // One side has gone; both are closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitRelease() throws InterruptedException {
    while (holding) {
      wait();
    }
  }

  @Override
  public void close() {
    hold(false);
    try {
      door.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
