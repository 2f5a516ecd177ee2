package dev.guildhall.devcluster;

import java.nio.file.Path;

/** Finds the cluster's programs; builds a Go module when the first of its programs is asked for. */
final class Binaries {

  private final BinaryBuilder builder;

  Binaries(BinaryBuilder builder) {
    this.builder = builder;
  }

  Path kubernetes(String name) {
    return builder.build(GoModule.KUBERNETES).resolve(name);
  }

  Path containerd(String name) {
    return builder.build(GoModule.CONTAINERD).resolve(name);
  }

  Path kwok(String file) {
    return builder.build(GoModule.KWOK).resolve(file);
  }

  Path coredns() {
    return builder.build(GoModule.COREDNS).resolve("coredns");
  }

  Path pause() {
    return builder.build(GoModule.PAUSE).resolve("pause");
  }

  /** Builds all that the level needs, so that nothing is built half-way through a start. */
  void prepare(Options options) {
    builder.build(GoModule.KUBERNETES);
    if (options.fakeNodes() > 0) {
      builder.build(GoModule.KWOK);
    }
    if (options.level().runsPods()) {
      builder.build(GoModule.CONTAINERD);
      builder.build(GoModule.COREDNS);
      builder.build(GoModule.PAUSE);
    }
  }
}
