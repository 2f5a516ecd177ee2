package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.util.List;
import java.util.Map;

/**
 * Server-side apply that writes only what differs, so a second pass over an unchanged resource
 * writes nothing. It reads the API server, not a cache, and so never acts on an object as it was
 * before its own last write.
 */
public final class Applier {

  private final HasMetadata owner;
  private final Context<?> context;
  private final String fieldManager;

  private Applier(HasMetadata owner, Context<?> context) {
    this.owner = owner;
    this.context = context;
    this.fieldManager = context.getControllerConfiguration().fieldManager();
  }

  /** Applies children of {@code owner} as its controller's field manager. */
  public static Applier of(HasMetadata owner, Context<?> context) {
    return new Applier(owner, context);
  }

  /**
   * Makes the object as wanted, writing only where it is not. Returns it as it is then.
   *
   * @throws ForeignObjectException if an object of this name exists that {@code owner} does not own
   */
  public <T extends HasMetadata> T apply(T wanted) {
    return apply(find(wanted), wanted);
  }

  /**
   * The same, where it has just been read.
   *
   * @param found what {@link #find} returned; returned itself where nothing is written
   */
  public <T extends HasMetadata> T apply(T found, T wanted) {
    if (found != null) {
      refuseForeign(found);
      if (SSABasedGenericKubernetesResourceMatcher.<T>getInstance()
          .matches(found, wanted, context)) {
        return found;
      }
    }
    return client().resource(wanted).fieldManager(fieldManager).forceConflicts().serverSideApply();
  }

  /**
   * Gives an object another spec, whoever wrote what of the one it has: what the new one lacks is
   * gone, which an apply would leave to others. Returns the object as it is then.
   *
   * @throws ForeignObjectException if {@code owner} does not own it
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if it has changed since found
   */
  public <T extends HasMetadata> T respec(T found, Object spec) {
    refuseForeign(found);
    var as = found.getMetadata().getResourceVersion();
    var patch =
        List.of(
            Map.of("op", "test", "path", "/metadata/resourceVersion", "value", as),
            Map.of("op", "replace", "path", "/spec", "value", spec));
    var context =
        new PatchContext.Builder()
            .withPatchType(PatchType.JSON)
            .withFieldManager(fieldManager)
            .build();
    return client()
        .resource(found)
        .patch(context, client().getKubernetesSerialization().asJson(patch));
  }

  /**
   * Makes the object if there is none; an existing one stays as it is. Returns whether there was
   * none.
   */
  public <T extends HasMetadata> boolean createIfAbsent(T wanted) {
    return createIfAbsent(find(wanted), wanted);
  }

  /**
   * The same, where it has just been read.
   *
   * @param found what {@link #find} returned
   */
  public <T extends HasMetadata> boolean createIfAbsent(T found, T wanted) {
    if (found != null) {
      refuseForeign(found);
      return false;
    }
    client().resource(wanted).create();
    return true;
  }

  /**
   * Makes the object if there is none, and leaves one field of its spec to whoever writes it later:
   * applied without that field afterwards, the object keeps it. Returns whether there was none.
   */
  public <T extends HasMetadata> boolean createIfAbsentAndLeave(T wanted, String field) {
    var found = find(wanted);
    if (found != null) {
      refuseForeign(found);
    }
    // A POST would own all fields besides this controller, and none could be taken out again.
    var there =
        found != null
            ? found
            : client().resource(wanted).fieldManager(fieldManager).serverSideApply();
    FieldOwners.leave(there.getMetadata().getManagedFields(), fieldManager, field)
        .ifPresent(owners -> setOwners(there, owners));
    return found == null;
  }

  private void setOwners(HasMetadata object, List<ManagedFieldsEntry> owners) {
    var metadata =
        Map.of(
            "resourceVersion", object.getMetadata().getResourceVersion(), "managedFields", owners);
    client()
        .resource(object)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("metadata", metadata)));
  }

  /** Deletes the object if it is there and {@code owner} owns it. */
  public void delete(HasMetadata unwanted) {
    var found = find(unwanted);
    if (found != null
        && Owners.owns(owner, found)
        && found.getMetadata().getDeletionTimestamp() == null) {
      client().resource(found).delete();
    }
  }

  /** The object as the API server has it, or null. */
  public <T extends HasMetadata> T find(T object) {
    return client().resource(object).get();
  }

  private KubernetesClient client() {
    return context.getClient();
  }

  private void refuseForeign(HasMetadata found) {
    if (!Owners.owns(owner, found)) {
      throw new ForeignObjectException(found);
    }
  }
}
