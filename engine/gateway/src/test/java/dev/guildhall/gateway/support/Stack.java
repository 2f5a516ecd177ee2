package dev.guildhall.gateway.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Everything around the gateway, in process: one rank of {@code small-v3}, two groups of {@code
 * pair}, one dead rank of {@code ghost}, none of {@code sleepy}, which wakes, a ledger, and tenants
 * {@code acme} (all models), {@code other} (pair only), {@code poor} (no budget) and {@code tiny}
 * (narrow limits).
 */
public final class Stack implements QuarkusTestResourceLifecycleManager {

  public static final String ACME = "sk-acme-0123456789";
  public static final String OTHER = "sk-other-0123456789";
  public static final String POOR = "sk-poor-0123456789";
  public static final String TINY = "sk-tiny-0123456789";

  private FakeRank solo;
  private FakeRank left;
  private FakeRank right;
  private FakeLedger ledger;
  private Path folder;

  /** Where the gateway under test listens. */
  public static int port() {
    return org.eclipse.microprofile.config.ConfigProvider.getConfig()
        .getValue("quarkus.http.port", Integer.class);
  }

  /** The small checkpoint's folder. */
  public static Path model() {
    return Path.of(
        System.getProperty("guildhall.root", "../.."), "manifests/samples/models/small-v3");
  }

  @Override
  public Map<String, String> start() {
    try {
      folder = Files.createTempDirectory("gateway-test");
      solo = new FakeRank("small-v3", "solo-0", model());
      left = new FakeRank("pair", "pair-0", model());
      right = new FakeRank("pair", "pair-1", model());
      ledger = new FakeLedger();
      Files.writeString(
          folder.resolve("gateway.json"), routes(solo.address(), left.address(), right.address()));
      return Map.of(
          "guildhall.gateway.routes", "file:" + folder.resolve("gateway.json"),
          "guildhall.gateway.ledger.url", ledger.url(),
          "guildhall.gateway.ledger.grace", "3s",
          "guildhall.gateway.ledger.charge-wait", "5s",
          "guildhall.gateway.spool-dir", folder.resolve("spool").toString(),
          "guildhall.gateway.timeouts.queue", "2s",
          "guildhall.gateway.timeouts.idle", "2s",
          "guildhall.gateway.timeouts.heal", "2s",
          "guildhall.gateway.timeouts.heartbeat", "300ms");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A route document over the three ranks. */
  static String routes(String solo, String left, String right) {
    return """
        {"models": [
           {"name": "small-v3", "deployment": "test/small-v3", "maxContextTokens": 256, "groups": [{"name": "solo-0", "ranks": ["%s"]}]},
           {"name": "pair", "deployment": "test/pair", "maxContextTokens": 256,
            "groups": [{"name": "pair-0", "ranks": ["%s"]}, {"name": "pair-1", "ranks": ["%s"]}]},
           {"name": "ghost", "deployment": "test/ghost", "maxContextTokens": 256, "groups": [{"name": "ghost-0", "ranks": ["127.0.0.1:1"]}]},
           {"name": "sleepy", "deployment": "test/sleepy", "maxContextTokens": 256, "wakes": true, "groups": []}],
         "tenants": [%s, %s, %s, %s]}
        """
        .formatted(
            solo,
            left,
            right,
            tenant("acme", ACME, "\"small-v3\", \"pair\", \"ghost\", \"sleepy\"", 0, 0),
            tenant("other", OTHER, "\"pair\"", 0, 0),
            tenant("poor", POOR, "\"small-v3\"", 0, 0),
            tenant("tiny", TINY, "\"small-v3\"", 60, 1));
  }

  private static String tenant(String name, String key, String models, int tokens, int requests) {
    return """
        {"name": "%s", "models": [%s], "tokensPerMinute": %d, "requestsInFlight": %d, "rateCard": "standard",
         "keys": [{"id": "%s/default", "sha256": "%s"}]}"""
        .formatted(name, models, tokens, requests, name, sha256(key));
  }

  private static String sha256(String key) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(solo, field -> field.getName().equals("solo"));
    injector.injectIntoFields(left, field -> field.getName().equals("left"));
    injector.injectIntoFields(right, field -> field.getName().equals("right"));
    injector.injectIntoFields(ledger, field -> field.getName().equals("ledger"));
  }

  @Override
  public void stop() {
    solo.close();
    left.close();
    right.close();
    ledger.close();
  }
}
