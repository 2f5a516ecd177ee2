package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesSchemaTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an unknown value                   | replicas: 2                                     | replicas
          an unknown value deep inside       | gateway: {spool: {persistent: true}}            | persistent
          no copy of the operator            | operator: {replicas: 0}                         | replicas
          a negative number of copies        | gateway: {replicas: -1}                         | replicas
          copies as text                     | gateway: {replicas: "2"}                        | replicas
          two writers of an H2 file          | ledger: {replicas: 2}                           | replicas
          PostgreSQL without its Secret      | ledger: {storage: PostgreSQL}                   | secretName
          an unknown storage                 | ledger: {storage: SQLite}                       | storage
          a currency that is no ISO code     | ledger: {currency: dollars}                     | currency
          a size that is no quantity         | ledger: {h2: {size: large}}                     | size
          a port out of range                | gateway: {service: {port: 70000}}               | port
          an unknown Service type            | gateway: {service: {type: ExternalName}}        | type
          the tag latest                     | images: {tag: latest}                           | tag
          an unknown pull policy             | images: {pullPolicy: Sometimes}                 | pullPolicy
          an unknown log level               | operator: {logLevel: LOUD}                      | logLevel
          resources without a memory limit   | gateway: {resources: {limits: null}}            | resources
          no client of the gateway at all    | networkPolicy: {gatewayClients: []}             | gatewayClients
          a Secret name in capitals          | gateway: {routesSecret: Routes}                 | routesSecret
          a scrape interval without a unit   | serviceMonitor: {interval: "15"}                | interval
          a label that is no text            | commonLabels: {a: 1}                            | commonLabels
          """)
  void refuses(String what, String values, String field) throws Exception {
    var file = Files.writeString(folder.resolve("values.yaml"), values + "\n");
    assertThatThrownBy(() -> Chart.of(Checkout.ROOT, "guildhall").render(file))
        .as(what)
        .hasMessageContaining(field);
  }

  @Test
  void refusesAnyValueOfTheResourceTypesChart() throws Exception {
    var file = Files.writeString(folder.resolve("values.yaml"), "install: false\n");
    assertThatThrownBy(() -> Chart.of(Checkout.ROOT, "guildhall-crds").render(file))
        .hasMessageContaining("install");
  }

  @Test
  void knowsExactlyTheDocumentedValues() throws Exception {
    var chart = Checkout.ROOT.resolve("charts/guildhall");
    var schema = Chart.YAML.readTree(chart.resolve("values.schema.json").toFile());
    var inSchema = new TreeSet<String>();
    collect(schema, "", inSchema);
    var documented = new TreeSet<String>();
    ValuesTable.rows(Files.readString(chart.resolve("values.yaml")))
        .forEach(r -> documented.add(r.path()));
    documented.add("global");
    assertThat(documented).isEqualTo(inSchema);
  }

  @Test
  void everyValueIsDocumented() throws Exception {
    for (var row :
        ValuesTable.rows(Files.readString(Checkout.ROOT.resolve("charts/guildhall/values.yaml")))) {
      assertThat(row.description()).as(row.path()).hasSizeGreaterThan(10);
      assertThat(row.value()).as(row.path()).isNotEmpty();
    }
  }

  /** The leaves: properties that are not objects of named properties themselves. */
  private static void collect(JsonNode schema, String prefix, TreeSet<String> into) {
    for (var property : schema.path("properties").properties()) {
      if (property.getValue().path("properties").isObject()) {
        collect(property.getValue(), prefix + property.getKey() + ".", into);
      } else {
        into.add(prefix + property.getKey());
      }
    }
  }
}
