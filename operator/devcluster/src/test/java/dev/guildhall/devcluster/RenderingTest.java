package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenderingTest {

  @Test
  void templateFillsEveryMarkAndNamesTheOneItCannot() {
    assertThat(Template.fill("a ${x} b ${y}", Map.of("x", "$1", "y", "\\"))).isEqualTo("a $1 b \\");
    assertThatThrownBy(() -> Template.fill("${missing}", Map.of()))
        .hasMessageContaining("${missing}");
  }

  @Test
  void kubeconfigEmbedsServerAndCertificates() {
    String text = Kubeconfig.render("https://127.0.0.1:6443", bytes("ca"), bytes("c"), bytes("k"));

    assertThat(text)
        .contains("server: https://127.0.0.1:6443")
        .contains("certificate-authority-data: Y2E=")
        .contains("client-key-data: aw==");
  }

  @Test
  void fakeNodesAreH800MachinesInRacksOfEight() {
    String text = FakeNodes.manifest(9);

    assertThat(text.split("kind: Node", -1)).hasSize(10);
    assertThat(text)
        .contains("name: fake-h800-0008")
        .contains("topology.guildhall.dev/rack: rack-1")
        .contains("nvidia.com/gpu: \"8\"");
  }

  @Test
  void binaryKeyDependsOnCompilerAndModule() {
    String key = BinaryBuilder.key(GoModule.KUBERNETES, "go version go1.26.8 linux/amd64");

    assertThat(key)
        .isEqualTo(BinaryBuilder.key(GoModule.KUBERNETES, "go version go1.26.8 linux/amd64"));
    assertThat(key)
        .isNotEqualTo(BinaryBuilder.key(GoModule.KUBERNETES, "go version go1.27.0 linux/amd64"));
    assertThat(key)
        .isNotEqualTo(BinaryBuilder.key(GoModule.KWOK, "go version go1.26.8 linux/amd64"));
  }

  @Test
  void goVersionsBelowTheModulesNeedAreRefusedUnlessGoFetchesANewerOne() {
    assertThat(GoVersion.parse("go version go1.26.8 linux/amd64").builds(false)).isTrue();
    assertThat(GoVersion.parse("go version go1.26.5 linux/amd64").builds(false)).isFalse();
    assertThat(GoVersion.parse("go version go1.24.1 linux/amd64").builds(true)).isTrue();
    assertThat(GoVersion.parse("go version go1.19.8 linux/amd64").builds(true)).isFalse();
  }

  @Test
  void fakeNodesNeedAScheduler() {
    assertThatThrownBy(() -> Options.of(Level.CONTROL_PLANE).withFakeNodes(1))
        .hasMessageContaining("SCHEDULED");
  }

  @Test
  void auditLineBecomesAnEvent() {
    AuditEvent event =
        AuditLog.parse(
            """
            {"stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/pods/p/status","verb":"patch",
             "user":{"username":"system:serviceaccount:a:b","groups":["g"]},
             "objectRef":{"resource":"pods","namespace":"a","name":"p","subresource":"status"},
             "responseStatus":{"code":403},"requestReceivedTimestamp":"2026-11-24T22:00:00.123456Z",
             "annotations":{"authorization.k8s.io/decision":"forbid"}}""");

    assertThat(event.user()).isEqualTo("system:serviceaccount:a:b");
    assertThat(event.groups()).isEqualTo(List.of("g"));
    assertThat(event.subresource()).isEqualTo("status");
    assertThat(event.writes()).isTrue();
    assertThat(event.denied()).isTrue();
    assertThat(event.code()).isEqualTo(403);
  }

  @Test
  void statePathsAreAbsolute() {
    assertThat(new Layout(Path.of("x/../y")).root()).isAbsolute().endsWithRaw(Path.of("y"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
