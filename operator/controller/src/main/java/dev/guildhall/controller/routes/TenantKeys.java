package dev.guildhall.controller.routes;

import dev.guildhall.crds.ApiKey;
import dev.guildhall.crds.Tenant;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Hashes of tenants' API keys. Only Secrets that a Tenant names are read, one by one; a key itself
 * is never kept, logged or passed on.
 */
@ApplicationScoped
public class TenantKeys {

  private static final int SHORTEST = 16;

  private final KubernetesClient client;

  TenantKeys(KubernetesClient client) {
    this.client = client;
  }

  /** The keys of a tenant that are in force. */
  List<TenantRoute.Key> hashes(Tenant tenant) {
    return keys(tenant).stream()
        .flatMap(key -> hash(key).stream().map(hash -> new TenantRoute.Key(id(tenant, key), hash)))
        .toList();
  }

  /** What is wrong with a tenant's keys, naming field and Secret; empty where nothing is. */
  public List<String> problems(Tenant tenant) {
    return keys(tenant).stream()
        .filter(key -> hash(key).isEmpty())
        .map(TenantKeys::describe)
        .toList();
  }

  /** TENANT/NAME of the keys in force. */
  public List<String> inForce(Tenant tenant) {
    return hashes(tenant).stream().map(TenantRoute.Key::id).toList();
  }

  private Optional<String> hash(ApiKey key) {
    var reference = key.secretRef();
    var secret =
        client.secrets().inNamespace(reference.namespace()).withName(reference.name()).get();
    return Optional.ofNullable(secret)
        .map(found -> found.getData())
        .map(data -> data.get(reference.key()))
        .map(Base64.getDecoder()::decode)
        .filter(bytes -> bytes.length >= SHORTEST)
        .map(TenantKeys::sha256);
  }

  private static List<ApiKey> keys(Tenant tenant) {
    return tenant.getSpec().apiKeys() == null ? List.of() : tenant.getSpec().apiKeys();
  }

  private static String id(Tenant tenant, ApiKey key) {
    return tenant.getMetadata().getName() + "/" + key.name();
  }

  private static String describe(ApiKey key) {
    var reference = key.secretRef();
    return "spec.apiKeys[%s].secretRef: Secret %s/%s has no entry %s of at least %d characters"
        .formatted(key.name(), reference.namespace(), reference.name(), reference.key(), SHORTEST);
  }

  private static String sha256(byte[] key) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
