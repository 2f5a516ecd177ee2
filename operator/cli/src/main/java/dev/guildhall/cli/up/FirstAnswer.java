package dev.guildhall.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.devcluster.DevClusterException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Consumer;

/** Asks the gateway one question with the tenant's key, and the ledger what it cost. */
final class FirstAnswer {

  static final String QUESTION = "Tell me about the state of the union.";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TOKENS = 48;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Platform platform;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FirstAnswer(Platform platform) {
    this.platform = platform;
  }

  /**
   * What came back.
   *
   * @param text the model's answer
   * @param promptTokens tokens of the question
   * @param completionTokens tokens of the answer
   * @param charge what the ledger charged for it, in {@code currency}
   * @param brokenOff attempts before it that broke off after they were sent
   * @param chargeOfThose what the ledger charged for them
   * @param currency of the charge and of the month's spend
   * @param monthToDate what the tenant was charged this month, by the ledger
   */
  record Answer(
      String text,
      int promptTokens,
      int completionTokens,
      BigDecimal charge,
      int brokenOff,
      BigDecimal chargeOfThose,
      String currency,
      String monthToDate) {}

  /**
   * Sends the request; again for five minutes, since routes, tenants and a new version of the ranks
   * reach the gateway when they are ready and not before.
   *
   * @throws DevClusterException with the gateway's words if it refuses for good
   */
  Answer ask(String key, Consumer<String> detail) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    BigDecimal before = null;
    int brokenOff = 0;
    JsonNode reply = null;
    while (reply == null) {
      boolean sent = false;
      try (Tunnel gateway = Tunnel.to(platform, "gateway")) {
        requireModel(gateway.address().resolve("/v1/models"), key);
        before = before == null ? charged(spend()) : before;
        sent = true;
        reply = send(gateway.address().resolve("/v1/chat/completions"), key);
      } catch (IOException | DevClusterException notYet) {
        // A refusal costs nothing; an answer that was lost on its way was still worked for.
        brokenOff += sent && notYet instanceof IOException ? 1 : 0;
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
        detail.accept(notYet.getMessage());
        Thread.sleep(2000);
      }
    }
    return answer(reply, before, brokenOff, detail);
  }

  /**
   * The gateway waits only a moment for the charge, which a ledger that has just started may miss;
   * the ledger itself is asked until it has booked the request.
   */
  private Answer answer(JsonNode reply, BigDecimal before, int brokenOff, Consumer<String> detail)
      throws IOException, InterruptedException {
    String told = reply.at("/x_guildhall/charge").asText(null);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    JsonNode spend = spend();
    while (told == null && charged(spend).compareTo(before) == 0) {
      if (System.nanoTime() > deadline) {
        throw new DevClusterException(
            "the ledger has not booked the request after %d s: see the log of guildhall-gateway"
                .formatted(LIMIT.toSeconds()));
      }
      detail.accept("the ledger has not booked it yet");
      Thread.sleep(1000);
      spend = spend();
    }
    BigDecimal all = charged(spend).subtract(before);
    BigDecimal charge = told == null ? all : new BigDecimal(told);
    return new Answer(
        reply.at("/choices/0/message/content").asText(),
        reply.at("/usage/prompt_tokens").asInt(),
        reply.at("/usage/completion_tokens").asInt(),
        charge,
        brokenOff,
        all.subtract(charge).max(BigDecimal.ZERO),
        spend.path("currency").asText(),
        spend.path("charge").asText());
  }

  private static BigDecimal charged(JsonNode spend) {
    return new BigDecimal(spend.path("charge").asText("0"));
  }

  /** Costs nothing, so that the question itself is sent when it can be answered. */
  private void requireModel(URI models, String key) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(models)
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + key)
            .build();
    JsonNode listed = read(http.send(request, HttpResponse.BodyHandlers.ofString()), "the gateway");
    if (!listed.path("data").findValuesAsText("id").contains(Quickstart.MODEL)) {
      throw new DevClusterException("the gateway has no route to " + Quickstart.MODEL + " yet");
    }
  }

  private JsonNode send(URI address, String key) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", Quickstart.MODEL).put("max_tokens", MAX_TOKENS).put("temperature", 0);
    body.putArray("messages").addObject().put("role", "user").put("content", QUESTION);
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    return read(http.send(request, HttpResponse.BodyHandlers.ofString()), "the gateway");
  }

  /** The finance account may read costs and do nothing else; its token is good for ten minutes. */
  private JsonNode spend() throws IOException, InterruptedException {
    String token =
        platform
            .kubectl(
                "-n",
                Charts.NAMESPACE,
                "create",
                "token",
                "guildhall-finance",
                "--audience=guildhall-ledger",
                "--duration=10m")
            .strip();
    try (Tunnel ledger = Tunnel.to(platform, "ledger")) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  ledger.address().resolve("/v1/tenants/" + Quickstart.TENANT + "/spend"))
              .timeout(LIMIT)
              .header("Authorization", "Bearer " + token)
              .build();
      return read(http.send(request, HttpResponse.BodyHandlers.ofString()), "the ledger");
    }
  }

  private static JsonNode read(HttpResponse<String> response, String who) throws IOException {
    if (response.statusCode() != 200) {
      throw new DevClusterException(
          "%s answered %d: %s".formatted(who, response.statusCode(), response.body()));
    }
    return JSON.readTree(response.body());
  }
}
