package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Map;

/**
 * What the generator has no annotation for: lists that merge by key, the schema of a condition,
 * columns that every kind has.
 */
final class CrdSurgery implements CRDPostProcessor {

  static final List<Class<? extends HasMetadata>> TYPES =
      List.of(
          GpuNodePool.class,
          ModelDeployment.class,
          ServingRole.class,
          ExpertPlacement.class,
          Tenant.class,
          RateCard.class,
          CostReport.class);

  private record KeyedList(String kind, List<String> path, String key) {}

  private static final List<KeyedList> KEYED =
      List.of(
          new KeyedList("ModelDeployment", List.of("spec", "roles"), "name"),
          new KeyedList("ModelDeployment", List.of("status", "plan"), "role"),
          new KeyedList("Tenant", List.of("spec", "apiKeys"), "name"),
          new KeyedList("Tenant", List.of("status", "keys"), "id"),
          new KeyedList("RateCard", List.of("spec", "prices"), "model"));

  private record SetList(String kind, List<String> path) {}

  private static final List<SetList> SETS =
      List.of(
          new SetList("Tenant", List.of("spec", "namespaces")),
          new SetList("Tenant", List.of("spec", "models")),
          new SetList("CostReport", List.of("spec", "groupBy")));

  @Override
  public HasMetadata process(HasMetadata resource, String version) {
    var crd = (CustomResourceDefinition) resource;
    // helm uninstall must not delete what people made: deleting a CRD deletes all its resources
    crd.getMetadata().setAnnotations(Map.of("helm.sh/resource-policy", "keep"));
    crd.getSpec().getVersions().forEach(v -> shape(crd.getSpec().getNames().getKind(), v));
    return crd;
  }

  private static void shape(String kind, CustomResourceDefinitionVersion version) {
    var schema = version.getSchema().getOpenAPIV3Schema();
    schema.setDescription(description(kind));
    schema.getProperties().get("spec").setDescription("What is wanted.");
    schema.getProperties().get("status").setDescription("What is; written by the operator.");
    KEYED.stream()
        .filter(l -> l.kind().equals(kind))
        .forEach(l -> keyed(at(schema, l.path()), l.key()));
    SETS.stream()
        .filter(l -> l.kind().equals(kind))
        .forEach(l -> at(schema, l.path()).setXKubernetesListType("set"));
    conditions(at(schema, List.of("status", "conditions")));
    version.getAdditionalPrinterColumns().addAll(commonColumns());
  }

  private static String description(String kind) {
    return TYPES.stream()
        .filter(type -> type.getSimpleName().equals(kind))
        .map(type -> type.getAnnotation(JsonClassDescription.class).value())
        .findFirst()
        .orElseThrow();
  }

  private static JSONSchemaProps at(JSONSchemaProps schema, List<String> path) {
    for (var name : path) {
      schema = schema.getProperties().get(name);
    }
    return schema;
  }

  private static void keyed(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
    var item = list.getItems().getSchema();
    if (item.getRequired() == null || !item.getRequired().contains(key)) {
      item.setRequired(List.of(key));
    }
  }

  private static void conditions(JSONSchemaProps list) {
    keyed(list, "type");
    var item = list.getItems().getSchema();
    item.setDescription("One aspect of the resource's state.");
    item.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
    describe(item, "type", "Ready, Reconciling or Stalled.");
    describe(item, "status", "True, False or Unknown.");
    describe(item, "reason", "Why, in one CamelCase word.");
    describe(item, "message", "Why, for people, with what to do next.");
    describe(item, "lastTransitionTime", "When status last changed.");
    describe(
        item, "observedGeneration", "Generation of the spec that this condition speaks about.");
    item.getProperties().get("lastTransitionTime").setFormat("date-time");
  }

  private static void describe(JSONSchemaProps item, String property, String text) {
    item.getProperties().get(property).setDescription(text);
  }

  private static List<CustomResourceColumnDefinition> commonColumns() {
    return List.of(
        column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", 0),
        column("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason", 0),
        column("Age", "date", ".metadata.creationTimestamp", 0),
        column("Message", "string", ".status.conditions[?(@.type==\"Ready\")].message", 1));
  }

  private static CustomResourceColumnDefinition column(
      String name, String type, String path, int priority) {
    var column = new CustomResourceColumnDefinition();
    column.setName(name);
    column.setType(type);
    column.setJsonPath(path);
    column.setPriority(priority == 0 ? null : priority);
    return column;
  }
}
