package dev.guildhall.devcluster;

import java.util.ArrayList;
import java.util.List;

/** The Go modules that the cluster's own binaries are built from; see the folder {@code go}. */
enum GoModule {
  KUBERNETES(
      "",
      "-X k8s.io/component-base/version.gitVersion=v1.37.2"
          + " -X k8s.io/component-base/version.gitMajor=1"
          + " -X k8s.io/component-base/version.gitMinor=37",
      "k8s.io/kubernetes/cmd/kube-apiserver",
      "k8s.io/kubernetes/cmd/kubectl",
      "k8s.io/kubernetes/cmd/kube-controller-manager",
      "k8s.io/kubernetes/cmd/kube-scheduler",
      "k8s.io/kubernetes/cmd/kubelet",
      "k8s.io/kubernetes/cmd/kube-proxy"),
  CONTAINERD(
      "no_btrfs no_devmapper no_zfs",
      "-X github.com/containerd/containerd/v2/version.Version=2.4.2",
      "github.com/containerd/containerd/v2/cmd/containerd",
      "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
      "github.com/containerd/containerd/v2/cmd/ctr"),
  KWOK("", "", "sigs.k8s.io/kwok/cmd/kwok"),
  COREDNS("", "", "guildhall.dev/devcluster/coredns"),
  PAUSE("", "", "guildhall.dev/devcluster/pause");

  private final String tags;
  private final String stamps;
  private final List<String> packages;

  GoModule(String tags, String stamps, String... packages) {
    this.tags = tags;
    this.stamps = stamps;
    this.packages = List.of(packages);
  }

  /** Also the name of its folder. */
  String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  List<String> packages() {
    return packages;
  }

  /** Flags that decide what comes out; part of the cache key. Stripped and reproducible. */
  List<String> flags() {
    List<String> flags = new ArrayList<>(List.of("-trimpath", "-buildvcs=false"));
    if (!tags.isEmpty()) {
      flags.add("-tags=" + tags);
    }
    flags.add("-ldflags=" + ("-s -w " + stamps).strip());
    return flags;
  }

  /** The binary's file name for one of the packages. */
  static String binary(String goPackage) {
    return goPackage.substring(goPackage.lastIndexOf('/') + 1);
  }
}
