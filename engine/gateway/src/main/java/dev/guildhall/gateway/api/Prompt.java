package dev.guildhall.gateway.api;

import java.util.List;
import java.util.Map;

/** What is to be continued. */
public sealed interface Prompt {

  /** A conversation, messages as templates see them. */
  record Chat(List<Map<String, Object>> messages) implements Prompt {}

  /** Plain text. */
  record Text(String text) implements Prompt {}

  /** Token ids, used as they are. */
  record Tokens(List<Integer> ids) implements Prompt {}
}
