package dev.guildhall.devcluster;

/** Names and addresses of the cluster's networks; nothing of it leaves the machine. */
final class Network {

  static final String NODE = "guildhall";
  static final String NODE_ADDRESS = "172.30.0.1";
  static final String NODE_LINK = "ghnode";
  static final String POD_LINK = "ghbr0";
  static final String PODS = "10.244.0.0/24";
  static final String SERVICES = "10.96.0.0/16";
  static final String API_SERVICE = "10.96.0.1";
  static final String DNS_SERVICE = "10.96.0.10";
  static final String DOMAIN = "cluster.local";

  private Network() {}

  /** Where the API server listens: a full cluster's pods reach it on the node's own address. */
  static String apiAddress(Level level) {
    return level.runsPods() ? NODE_ADDRESS : "127.0.0.1";
  }
}
