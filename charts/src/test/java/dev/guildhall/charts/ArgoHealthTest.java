package dev.guildhall.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;

/** Runs the Lua health check in an interpreter with the base functions only, as Argo CD does. */
class ArgoHealthTest {
  private static final Path FOLDER = Checkout.ROOT.resolve("manifests/gitops/argocd");

  @TestFactory
  Stream<DynamicTest> healthOf() throws Exception {
    var cases = Chart.YAML.readTree(Path.of("src/test/resources/argocd-health.yaml").toFile());
    var script = Files.readString(FOLDER.resolve("health.lua"));
    return StreamSupport.stream(cases.spliterator(), false)
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.path("case").asText(),
                    () ->
                        assertThat(run(script, c.path("object")))
                            .containsExactly(
                                c.path("status").asText(), c.path("message").asText())));
  }

  @Test
  void everyResourceTypeHasTheCheck() throws Exception {
    var kustomization = Files.readString(FOLDER.resolve("kustomization.yaml"));
    var crds = Chart.of(Checkout.ROOT, "guildhall-crds").render();
    assertThat(crds).isNotEmpty();
    assertThat(crds)
        .allSatisfy(
            crd ->
                assertThat(kustomization)
                    .contains(
                        "guildhall.dev_" + crd.at("/spec/names/kind").asText() + "=health.lua"));
  }

  private static List<String> run(String script, JsonNode object) {
    var globals = new Globals();
    globals.load(new BaseLib());
    LoadState.install(globals);
    LuaC.install(globals);
    globals.set("obj", lua(object));
    var health = globals.load(script, "health.lua").call();
    return List.of(health.get("status").tojstring(), health.get("message").tojstring());
  }

  private static LuaValue lua(JsonNode node) {
    if (node.isObject()) {
      var table = new LuaTable();
      node.properties().forEach(e -> table.set(e.getKey(), lua(e.getValue())));
      return table;
    }
    if (node.isArray()) {
      var table = new LuaTable();
      for (int i = 0; i < node.size(); i++) {
        table.set(i + 1, lua(node.get(i)));
      }
      return table;
    }
    return node.isNumber() ? LuaValue.valueOf(node.asInt()) : LuaValue.valueOf(node.asText());
  }
}
