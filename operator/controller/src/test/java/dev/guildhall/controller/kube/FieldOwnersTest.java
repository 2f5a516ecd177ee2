package dev.guildhall.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldOwnersTest {
  private static final String FIELDS =
      """
      {"manager": "%s", "operation": "%s", "subresource": %s, "fieldsV1":
        {"f:metadata": {"f:labels": {}}, "f:spec": {"f:role": {}, "f:groups": {}}}}
      """;

  private static ManagedFieldsEntry entry(String manager, String operation, String subresource) {
    return Serialization.unmarshal(
        FIELDS.formatted(manager, operation, subresource), ManagedFieldsEntry.class);
  }

  private static String fields(ManagedFieldsEntry entry) {
    return entry.getManager() + " " + Serialization.asJson(entry.getFieldsV1());
  }

  @Test
  void oneFieldGoesToAnOwnerOfItsOwnAndTheRestStays() {
    var other = entry("somebody", "Update", "null");
    var owners = List.of(other, entry("me", "Apply", "null"));
    var after = FieldOwners.leave(owners, "me", "groups").orElseThrow();
    assertThat(after.getFirst()).isSameAs(other);
    assertThat(after.stream().skip(1).map(FieldOwnersTest::fields))
        .containsExactly(
            "me {\"f:metadata\":{\"f:labels\":{}},\"f:spec\":{\"f:role\":{}}}",
            "guildhall-given-once {\"f:spec\":{\"f:groups\":{}}}");
    assertThat(FieldOwners.leave(after, "me", "groups")).as("it is left already").isEmpty();
  }

  @Test
  void whatSomebodyElseOwnsIsNotTouched() {
    var owners = List.of(entry("me", "Update", "null"), entry("me", "Apply", "\"status\""));
    assertThat(FieldOwners.leave(owners, "me", "groups")).isEmpty();
  }
}
