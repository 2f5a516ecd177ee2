package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.engine.Answer;
import dev.guildhall.gateway.engine.Token;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Server-sent events. The last chunk is held back until the request is settled, so that it may say
 * what the request cost and no client sees a complete answer whose usage could still be lost.
 */
final class StreamReply implements Reply {

  private final Exchange exchange;
  private final Shape shape;
  private final InferenceRequest request;
  private final Echo echo;
  private final Duration patience;
  private final Set<Integer> begun = new HashSet<>();
  private ObjectNode held;
  private boolean delivered;

  StreamReply(
      Exchange exchange, Shape shape, InferenceRequest request, Echo echo, Duration patience) {
    this.exchange = exchange;
    this.shape = shape;
    this.request = request;
    this.echo = echo;
    this.patience = patience;
  }

  @Override
  public void prompt(int choice, List<Token> tokens) {
    send(choice, echo.text(choice), tokens.subList(echo.hiddenTokens(choice), tokens.size()), null);
  }

  @Override
  public void delta(int choice, String text, List<Token> tokens) {
    String before = begun.contains(choice) ? "" : echo.text(choice);
    send(choice, before + text, tokens, null);
  }

  @Override
  public void finish(int choice, String reason) {
    String before = begun.contains(choice) ? "" : echo.text(choice);
    send(choice, before, List.of(), reason);
  }

  @Override
  public void heartbeat() {
    exchange.comment("waiting");
    exchange.awaitRoom(patience);
  }

  @Override
  public boolean delivered() {
    return delivered;
  }

  private void send(int choice, String text, List<Token> tokens, String reason) {
    ObjectNode chunk = shape.head(true);
    List<Token> shown = request.sampling().logprobs() ? tokens : null;
    ((ArrayNode) chunk.get("choices"))
        .add(shape.piece(choice, begun.add(choice), text, shown, reason));
    if (request.includeUsage()) {
      chunk.putNull("usage");
    }
    flush();
    if (reason == null) {
      exchange.data(chunk.toString());
    } else {
      held = chunk;
    }
    delivered = true;
    exchange.awaitRoom(patience);
  }

  private void flush() {
    if (held != null) {
      exchange.data(held.toString());
      held = null;
    }
  }

  @Override
  public void complete(Answer answer, Extras extras) {
    if (request.includeUsage()) {
      flush();
      held = shape.head(true);
      held.set("usage", extras.usage());
    }
    if (extras.price() != null && held != null) {
      held.set("x_guildhall", extras.price());
    }
    flush();
    exchange.data("[DONE]");
    exchange.end();
  }
}
