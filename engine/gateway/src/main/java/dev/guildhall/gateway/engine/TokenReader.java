package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.text.ModelText;
import dev.guildhall.proto.v1.GeneratedToken;

/** Turns the engine's tokens into those that answers show. */
final class TokenReader {

  private final ModelText text;

  TokenReader(ModelText text) {
    this.text = text;
  }

  Token read(GeneratedToken token) {
    return new Token(
        text.bytes(token.getId()),
        token.hasLogprob() ? token.getLogprob() : null,
        token.getTopList().stream()
            .map(t -> new Token.Alternative(text.bytes(t.getId()), t.getLogprob()))
            .toList());
  }
}
