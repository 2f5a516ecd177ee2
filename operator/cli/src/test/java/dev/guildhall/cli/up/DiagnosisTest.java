package dev.guildhall.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.cli.e2e.QuickstartCluster;
import dev.guildhall.devcluster.Progress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class DiagnosisTest {

  @Test
  void whatPodsSaidLastIsTold() throws Exception {
    try (Platform platform = Platform.start(Progress.silent())) {
      var imageless =
          Serialization.unmarshal(
              """
              apiVersion: v1
              kind: Pod
              metadata: {name: imageless, namespace: quickstart}
              spec:
                securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                containers:
                  - name: main
                    image: guildhall.dev/nothing:0
                    imagePullPolicy: Never
                    securityContext:
                      allowPrivilegeEscalation: false
                      capabilities: {drop: [ALL]}
              """,
              Pod.class);
      var pod = platform.client().resource(imageless);
      pod.create();
      try {
        pod.waitUntilCondition(
            seen ->
                seen.getStatus().getContainerStatuses().stream()
                    .anyMatch(container -> container.getState().getWaiting() != null),
            1,
            TimeUnit.MINUTES);

        assertThat(new Diagnosis(platform.client()).text())
            .containsPattern(
                "guildhall-system/guildhall-gateway-\\S+: Running, ready, 0 restarts\n {2}")
            .containsPattern("quickstart/imageless: Pending, not ready, .*\n {2}waiting: \\w+")
            .contains("warmed up");
      } finally {
        pod.delete();
      }
    }
  }
}
