package dev.guildhall.cli.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.model.ChatTemplate;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.StreamDecoder;
import dev.guildhall.engine.model.Tokenizer;
import dev.guildhall.engine.runtime.Completion;
import dev.guildhall.engine.runtime.GenerationListener;
import dev.guildhall.engine.runtime.GenerationRequest;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.RuntimeLimits;
import dev.guildhall.engine.runtime.RuntimeObserver;
import dev.guildhall.engine.runtime.SampledToken;
import dev.guildhall.engine.runtime.SamplingParams;
import dev.guildhall.engine.server.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One conversation with a model in this process. What was said before stays in the prefix cache.
 */
final class Conversation implements AutoCloseable {
  private static final int BATCH_TOKENS = 256;

  /**
   * @param raw whether text is continued as it stands, without chat template
   * @param maxTokens most tokens of an answer
   * @param temperature null: the model's own
   * @param seed null: random
   */
  record Settings(boolean raw, int maxTokens, Float temperature, Long seed) {}

  private final ModelConfig config;
  private final Settings settings;
  private final SamplingParams sampling;
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final Backend backend;
  private final Generator generator;
  private final List<Map<String, Object>> messages = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int turns;
  private volatile String answering;

  private Conversation(LocalModel model, Settings settings) throws IOException {
    Path folder = model.folder();
    this.settings = settings;
    config = ModelConfig.read(folder);
    tokenizer = Tokenizer.read(folder);
    template = settings.raw() ? null : ChatTemplate.read(folder);
    sampling = sampling(folder, settings);
    int context = config.maxPositions();
    BackendOptions options = new BackendOptions(context, BATCH_TOKENS, null);
    backend = Backends.named(model.backend()).open(folder, options);
    generator =
        new Generator(
            backend,
            null,
            new RuntimeLimits(config.vocabSize(), context, BATCH_TOKENS, 1, 1),
            RuntimeObserver.NONE);
  }

  static Conversation open(LocalModel model, Settings settings) throws IOException {
    return new Conversation(model, settings);
  }

  /** The model's own settings from generation_config.json, where the user gave none. */
  private static SamplingParams sampling(Path folder, Settings settings) throws IOException {
    Path file = folder.resolve("generation_config.json");
    ObjectMapper json = new ObjectMapper();
    JsonNode own = Files.exists(file) ? json.readTree(file.toFile()) : json.createObjectNode();
    float temperature =
        settings.temperature() != null
            ? settings.temperature()
            : (float) own.path("temperature").asDouble(1);
    float topP = (float) own.path("top_p").asDouble(1);
    int topK = own.path("top_k").asInt(0);
    return new SamplingParams(
        temperature, topP, topK, 0, 0, 0, 1, settings.seed(), Map.of(), false, 0);
  }

  void reset() {
    messages.clear();
    text.setLength(0);
  }

  /**
   * Answers, piece by piece.
   *
   * @throws ServeException if the conversation fills the context, or the engine failed
   */
  void say(String said, Consumer<String> pieces) {
    int[] prompt = prompt(said);
    int room = config.maxPositions() - prompt.length;
    if (room < 1) {
      throw new ServeException(
          "the conversation has %d tokens, which fills the context of %d; use /reset"
              .formatted(prompt.length, config.maxPositions()));
    }
    StreamDecoder decoder = tokenizer.stream(true);
    StringBuilder answer = new StringBuilder();
    CompletableFuture<Completion> end = new CompletableFuture<>();
    String turn = "turn-" + turns++;
    answering = turn;
    generator.submit(
        new GenerationRequest(
            turn,
            prompt,
            Math.min(settings.maxTokens(), room),
            sampling,
            Set.copyOf(config.eosTokens())),
        new GenerationListener() {
          @Override
          public void token(SampledToken token) {
            emit(decoder.push(token.id()));
          }

          @Override
          public void finished(Completion completion) {
            emit(decoder.finish());
            end.complete(completion);
          }

          private void emit(String piece) {
            answer.append(piece);
            pieces.accept(piece);
          }
        });
    Completion completion = end.join();
    answering = null;
    boolean cancelled = completion.reason() == Completion.Reason.CANCELLED;
    if (!cancelled && !completion.error().isEmpty()) {
      throw new ServeException(completion.error());
    }
    text.append(answer);
    messages.add(Map.of("role", "assistant", "content", answer.toString()));
  }

  /** Ends the present answer where it is; false if there is none. Safe from any thread. */
  boolean cancel() {
    String turn = answering;
    return turn != null && generator.cancel(turn);
  }

  private int[] prompt(String said) {
    text.append(said);
    messages.add(Map.of("role", "user", "content", said));
    return template == null
        ? tokenizer.encodePrompt(text.toString())
        : tokenizer.encode(template.render(messages, true, Map.of()));
  }

  @Override
  public void close() {
    generator.close();
    backend.close();
    tokenizer.close();
  }
}
