package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * The ports of one cluster, chosen once and kept in its state folder. Test clusters take whatever
 * is free, so that they live beside each other and beside a full cluster, which has the usual ones.
 */
record Ports(
    int etcd, int etcdPeer, int apiServer, int controllerManager, int scheduler, int kwok) {

  private static final Ports USUAL = new Ports(12379, 12380, 6443, 10257, 10259, 10247);

  static Ports of(Layout layout, Level level) throws IOException {
    Path file = layout.etc("ports.properties");
    if (Files.exists(file)) {
      return read(file);
    }
    Ports ports = level.runsPods() ? USUAL : free();
    write(ports, file);
    return ports;
  }

  private static Ports free() throws IOException {
    List<Integer> p = FreePorts.choose(6);
    return new Ports(p.get(0), p.get(1), p.get(2), p.get(3), p.get(4), p.get(5));
  }

  private static Ports read(Path file) throws IOException {
    Properties p = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      p.load(in);
    }
    return new Ports(
        port(p, "etcd"),
        port(p, "etcdPeer"),
        port(p, "apiServer"),
        port(p, "controllerManager"),
        port(p, "scheduler"),
        port(p, "kwok"));
  }

  private static int port(Properties p, String name) {
    return Integer.parseInt(p.getProperty(name));
  }

  private static void write(Ports ports, Path file) throws IOException {
    Properties p = new Properties();
    p.setProperty("etcd", "" + ports.etcd);
    p.setProperty("etcdPeer", "" + ports.etcdPeer);
    p.setProperty("apiServer", "" + ports.apiServer);
    p.setProperty("controllerManager", "" + ports.controllerManager);
    p.setProperty("scheduler", "" + ports.scheduler);
    p.setProperty("kwok", "" + ports.kwok);
    try (Writer out = Files.newBufferedWriter(file)) {
      p.store(out, null);
    }
  }
}
