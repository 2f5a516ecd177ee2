package dev.guildhall.engine.cluster;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where this rank tells others that it can be reached. */
final class OwnAddress {

  private OwnAddress() {}

  /**
   * This machine's address with the port of {@code name}; the name itself where it is one of this
   * machine only, or nothing better is known.
   */
  static String of(String name) {
    int colon = name.lastIndexOf(':');
    try {
      InetAddress own = InetAddress.getLocalHost();
      if (own.isLoopbackAddress() || isLocal(name.substring(0, colon))) {
        return name;
      }
      String address = own.getHostAddress();
      return (own instanceof Inet6Address ? "[" + address + "]" : address) + name.substring(colon);
    } catch (UnknownHostException e) {
      return name;
    }
  }

  private static boolean isLocal(String host) throws UnknownHostException {
    return host.equals("localhost")
        || host.startsWith("[")
        || Character.isDigit(host.charAt(0)) && InetAddress.getByName(host).isLoopbackAddress();
  }
}
