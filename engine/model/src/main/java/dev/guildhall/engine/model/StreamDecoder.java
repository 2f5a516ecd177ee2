package dev.guildhall.engine.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Turns tokens into text as they arrive. Yields only whole characters: bytes of an unfinished one
 * wait for the next token. What was yielded, put together, is what decoding all tokens at once
 * gives. Not safe for concurrent use.
 */
public final class StreamDecoder {
  private final Tokenizer tokenizer;
  private final boolean skipSpecial;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = new byte[0];

  StreamDecoder(Tokenizer tokenizer, boolean skipSpecial) {
    this.tokenizer = tokenizer;
    this.skipSpecial = skipSpecial;
  }

  /** Takes a token and returns the text that is certain now, often empty. */
  public String push(int token) {
    return skipSpecial && tokenizer.isSpecial(token) ? "" : decode(tokenizer.bytes(token), false);
  }

  /** Returns what is left: U+FFFD for an unfinished character. The decoder may be used again. */
  public String finish() {
    String rest = decode(new byte[0], true);
    utf8.reset();
    return rest;
  }

  private String decode(byte[] more, boolean end) {
    ByteBuffer in = ByteBuffer.allocate(pending.length + more.length);
    in.put(pending).put(more).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    utf8.decode(in, out, end);
    pending = new byte[in.remaining()];
    in.get(pending);
    return out.flip().toString();
  }
}
