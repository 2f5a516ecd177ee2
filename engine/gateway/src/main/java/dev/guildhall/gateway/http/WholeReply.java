package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.engine.Answer;
import dev.guildhall.gateway.engine.Token;
import java.util.ArrayList;
import java.util.List;

/** One JSON document at the end. */
final class WholeReply implements Reply {

  private final Exchange exchange;
  private final Shape shape;
  private final InferenceRequest request;
  private final Echo echo;
  private final List<Part> parts = new ArrayList<>();

  private static final class Part {
    private final StringBuilder text = new StringBuilder();
    private final List<Token> tokens = new ArrayList<>();
    private String reason;
  }

  WholeReply(Exchange exchange, Shape shape, InferenceRequest request, Echo echo) {
    this.exchange = exchange;
    this.shape = shape;
    this.request = request;
    this.echo = echo;
    for (int i = 0; i < request.prompts().size() * request.choices(); i++) {
      parts.add(new Part());
      parts.get(i).text.append(echo.text(i));
    }
  }

  @Override
  public void prompt(int choice, List<Token> tokens) {
    parts.get(choice).tokens.addAll(tokens.subList(echo.hiddenTokens(choice), tokens.size()));
  }

  @Override
  public void delta(int choice, String text, List<Token> tokens) {
    parts.get(choice).text.append(text);
    parts.get(choice).tokens.addAll(tokens);
  }

  @Override
  public void finish(int choice, String reason) {
    parts.get(choice).reason = reason;
  }

  @Override
  public void heartbeat() {
    // A plain answer has no place for signs of life before its end.
  }

  @Override
  public boolean delivered() {
    return false;
  }

  @Override
  public void complete(Answer answer, Extras extras) {
    ObjectNode body = shape.head(false);
    ArrayNode choices = (ArrayNode) body.get("choices");
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      choices.add(
          shape.whole(
              i,
              part.text.toString(),
              request.sampling().logprobs() ? part.tokens : null,
              part.reason));
    }
    body.set("usage", extras.usage());
    if (extras.price() != null) {
      body.set("x_guildhall", extras.price());
    }
    exchange.send(200, body);
  }
}
