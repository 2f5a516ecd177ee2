package dev.guildhall.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.engine.Token;
import java.util.List;

/**
 * The JSON of one endpoint's answers, for one request. Keeps what log-probabilities need from piece
 * to piece. Used by one thread.
 */
interface Shape {

  /** The common head of an answer or of a chunk of it; {@code choices} is there and empty. */
  ObjectNode head(boolean chunk);

  /**
   * A piece of a choice in a stream.
   *
   * @param first nothing of the choice was sent before
   * @param tokens null when log-probabilities were not asked for
   * @param reason null while the choice goes on
   */
  ObjectNode piece(int choice, boolean first, String text, List<Token> tokens, String reason);

  /** A whole choice. */
  ObjectNode whole(int choice, String text, List<Token> tokens, String reason);
}
