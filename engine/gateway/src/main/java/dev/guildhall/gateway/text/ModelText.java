package dev.guildhall.gateway.text;

import java.util.List;
import java.util.Map;

/**
 * What the gateway knows of a model's language: its tokens, its chat template and its defaults.
 * Safe for use by several threads.
 */
public interface ModelText {

  /**
   * The prompt for a conversation, ready to be encoded.
   *
   * @param messages maps with {@code role} and {@code content}, as templates see them
   * @throws IllegalArgumentException when the template refuses the conversation, with the
   *     template's own message
   */
  String render(List<Map<String, Object>> messages);

  /**
   * Token ids of a text.
   *
   * @param beginOfSequence put the begin-of-sequence token first, if the model's tokenizer asks for
   *     one
   */
  int[] encode(String text, boolean beginOfSequence);

  /** A decoder for one generation. */
  Stream stream();

  /** The bytes that a token stands for; part of a character possibly. */
  byte[] bytes(int token);

  /** Number of token ids; valid ids are below. */
  int vocabulary();

  /**
   * No token stands for more bytes: a text of N bytes has at least N divided by this many tokens.
   */
  int longestTokenBytes();

  /** Sampling defaults of {@code generation_config.json}. */
  GenerationDefaults defaults();

  /** Turns tokens into text one by one; characters that are not complete yet are held back. */
  interface Stream {
    /** Adds a token and returns the text that is complete now, possibly none. */
    String push(int token);

    /** Returns what is left; bytes that never became a character are replacement characters. */
    String end();
  }
}
