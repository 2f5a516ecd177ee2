package dev.guildhall.gateway.text;

import dev.guildhall.engine.model.ChatTemplate;
import dev.guildhall.engine.model.StreamDecoder;
import dev.guildhall.engine.model.Tokenizer;
import dev.guildhall.engine.model.jinja.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The language of a model in Hugging Face layout. */
final class HuggingFaceText implements ModelText {

  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final GenerationDefaults defaults;
  private final int vocabulary;
  private final int longest;

  HuggingFaceText(
      Tokenizer tokenizer,
      Optional<ChatTemplate> template,
      GenerationDefaults defaults,
      int modelVocabulary) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.defaults = defaults;
    this.vocabulary = Math.max(modelVocabulary, tokenizer.vocabularySize());
    int most = 1;
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      most = Math.max(most, tokenizer.bytes(id).length);
    }
    this.longest = most;
  }

  @Override
  public String render(List<Map<String, Object>> messages) {
    ChatTemplate chat =
        template.orElseThrow(
            () -> new IllegalArgumentException("the model has none; use /v1/completions"));
    try {
      return chat.render(messages, true, Map.of());
    } catch (TemplateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public int[] encode(String text, boolean beginOfSequence) {
    return beginOfSequence ? tokenizer.encodePrompt(text) : tokenizer.encode(text);
  }

  @Override
  public Stream stream() {
    StreamDecoder decoder = tokenizer.stream(true);
    return new Stream() {
      @Override
      public String push(int token) {
        return decoder.push(token);
      }

      @Override
      public String end() {
        return decoder.finish();
      }
    };
  }

  @Override
  public byte[] bytes(int token) {
    return tokenizer.bytes(token);
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int longestTokenBytes() {
    return longest;
  }

  @Override
  public GenerationDefaults defaults() {
    return defaults;
  }
}
