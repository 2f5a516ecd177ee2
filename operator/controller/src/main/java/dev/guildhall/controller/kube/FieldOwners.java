package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who owns which fields of an object, as server-side apply keeps it in {@code managedFields}. */
final class FieldOwners {

  /** Owns fields that were given once, when their object was made. */
  static final String GIVEN_ONCE = "guildhall-given-once";

  private static final String SPEC = "f:spec";

  private FieldOwners() {}

  /**
   * The owners once {@code manager}, who applied a field, has left it to {@link #GIVEN_ONCE}: so it
   * stays when the manager next applies the object without it. Empty if the manager does not own
   * it.
   *
   * @param field name of a field of the spec
   */
  static Optional<List<ManagedFieldsEntry>> leave(
      List<ManagedFieldsEntry> owners, String manager, String field) {
    return owners.stream()
        .filter(entry -> applied(entry, manager) && spec(entry).containsKey("f:" + field))
        .findFirst()
        .map(
            owner ->
                owners.stream()
                    .flatMap(
                        entry ->
                            entry == owner
                                ? Stream.of(without(entry, field), only(entry, field))
                                : Stream.of(entry))
                    .toList());
  }

  private static boolean applied(ManagedFieldsEntry entry, String manager) {
    return manager.equals(entry.getManager())
        && "Apply".equals(entry.getOperation())
        && entry.getSubresource() == null;
  }

  private static ManagedFieldsEntry without(ManagedFieldsEntry entry, String field) {
    var spec = new HashMap<>(spec(entry));
    spec.remove("f:" + field);
    var all = new HashMap<>(entry.getFieldsV1().getAdditionalProperties());
    all.put(SPEC, spec);
    return new ManagedFieldsEntryBuilder(entry).withFieldsV1(fields(all)).build();
  }

  private static ManagedFieldsEntry only(ManagedFieldsEntry entry, String field) {
    return new ManagedFieldsEntryBuilder(entry)
        .withManager(GIVEN_ONCE)
        .withOperation("Update")
        .withFieldsV1(fields(Map.of(SPEC, Map.of("f:" + field, Map.of()))))
        .build();
  }

  private static Map<?, ?> spec(ManagedFieldsEntry entry) {
    return entry.getFieldsV1().getAdditionalProperties().get(SPEC) instanceof Map<?, ?> spec
        ? spec
        : Map.of();
  }

  private static FieldsV1 fields(Map<String, Object> properties) {
    var fields = new FieldsV1();
    fields.setAdditionalProperties(properties);
    return fields;
  }
}
