package dev.guildhall.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteParserTest {

  private static final String SHA_OF_SECRET =
      "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
  private static final Credentials NONE = Credentials.of(Map.of());

  private static RouteTable parse(String json) {
    return RouteParser.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), NONE, 1);
  }

  private static final String GOOD =
      "{'models': [{'name': 'm', 'deployment': 'ns/m', 'maxContextTokens': 2048, 'groups': [{'name': 'g', 'ranks': ['h.ns.svc:9000']}]}],"
          + " 'tenants': [{'name': 't', 'models': ['m', 'other'], 'tokensPerMinute': 5, 'requestsInFlight': 2, 'rateCard': 'standard',"
          + " 'keys': [{'id': 't/k', 'sha256': '"
          + SHA_OF_SECRET
          + "'}], 'future': 1}]}";

  @Test
  void theDocumentOfTheArchitectureIsRead() {
    RouteTable table = parse(GOOD);
    TenantRoute tenant = table.tenants().getFirst();
    assertThat(table.model(tenant, "m").orElseThrow().groups().getFirst().ranks())
        .containsExactly("h.ns.svc:9000");
    assertThat(table.model(tenant, "other")).isEmpty();
    assertThat(tenant.tokensPerMinute()).isEqualTo(5);
  }

  @Test
  void onlyTheKeyItselfOpens() {
    RouteTable table = parse(GOOD);
    assertThat(Authenticator.authenticate(table, "secret").orElseThrow().keyId()).isEqualTo("t/k");
    assertThat(Authenticator.authenticate(table, "Secret")).isEmpty();
    assertThat(Authenticator.authenticate(table, SHA_OF_SECRET)).isEmpty();
    assertThat(Authenticator.authenticate(table, "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'models': 5} | $.models",
        "[] | $",
        "{'models': [{'name': 'm', 'deployment': 'd', 'maxContextTokens': 0}]} | models[0].maxContextTokens",
        "{'models': [{'deployment': 'd', 'maxContextTokens': 9}]} | models[0].name",
        "{'models': [{'name': 'm', 'deployment': 'd', 'maxContextTokens': 9, 'groups': [{'name': 'g', 'ranks': ['x']}]}]} | models[0].groups[0].ranks",
        "{'models': [{'name': 'm', 'deployment': 'd', 'maxContextTokens': 9, 'groups': [{'name': 'g', 'ranks': [], 'weightPercent': 101}]}]} | models[0].groups[0].weightPercent",
        "{'tenants': [{'name': 't', 'keys': [{'id': 'k', 'sha256': 'abc'}]}]} | tenants[0].keys[0].sha256",
        "{'tenants': [{'name': 't'}, {'name': 't'}]} | tenants",
      })
  void badDocumentsNameTheField(String json, String path) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(RoutesInvalidException.class)
        .hasMessageContaining(path + ":");
  }

  @Test
  void saltsDifferByTenantAndFollowTheKey() {
    Credentials one = Credentials.of(Map.of("salt.key", new byte[] {1}));
    Credentials same = Credentials.of(Map.of("salt.key", new byte[] {1}));
    Credentials two = Credentials.of(Map.of("salt.key", new byte[] {2}));
    assertThat(one.cacheSalt("a"))
        .hasSize(32)
        .isEqualTo(same.cacheSalt("a"))
        .isNotEqualTo(one.cacheSalt("b"));
    assertThat(two.cacheSalt("a")).isNotEqualTo(one.cacheSalt("a"));
  }

  @Test
  void halfACertificateIsRefused() {
    assertThatThrownBy(() -> Credentials.of(Map.of("ca.crt", new byte[1])))
        .isInstanceOf(RoutesInvalidException.class);
  }
}
