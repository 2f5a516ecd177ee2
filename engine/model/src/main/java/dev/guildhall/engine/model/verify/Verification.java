package dev.guildhall.engine.model.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.BackendProvider;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.ModelDigest;
import dev.guildhall.engine.model.ModelException;
import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.engine.model.TensorSpec.Part;
import dev.guildhall.engine.model.Tokenizer;
import dev.guildhall.engine.model.Weights;
import dev.guildhall.engine.model.reference.ReferenceModel;
import dev.guildhall.engine.model.verify.VerifiableModel.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs every check that a model folder allows. */
public final class Verification {
  /** Opened for a step of a few tokens; also room for the longest check of a cache. */
  private static final int CACHE_TOKENS = 8192;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final VerifyOptions options;
  private final Consumer<String> progress;
  private final List<VerifyReport.Subject> subjects = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private float[] oracle;

  private Verification(Path folder, VerifyOptions options, Consumer<String> progress) {
    this.folder = folder;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Verifies a folder.
   *
   * @param progress gets a line before everything that may take long
   * @throws ModelException if the folder is not a sound model folder
   */
  public static VerifyReport run(Path folder, VerifyOptions options, Consumer<String> progress) {
    return new Verification(folder, options, progress).run();
  }

  private VerifyReport run() {
    try (Weights weights = Weights.open(folder)) {
      if (weights.config().mtpLayers() > 0 && !weights.hasMtp()) {
        skipped.add("MTP: config.json announces the layer, but the folder has no tensors of it");
      }
      if (options.reference()) {
        reference(weights);
      }
      for (BackendProvider provider : options.backends()) {
        backend(provider, weights);
      }
      return new VerifyReport(
          folder.toString(),
          ModelDigest.of(folder),
          weights.parameters(Part.MAIN),
          subjects,
          skipped);
    }
  }

  private void reference(Weights weights) {
    long bytes = 4 * (weights.parameters(Part.MAIN) + weights.parameters(Part.MTP));
    if (bytes > Runtime.getRuntime().maxMemory() / 2) {
      skipped.add(
          "reference: needs %d MiB of memory for float32 weights; raise -Xmx or use --backend cpu"
              .formatted(bytes >> 20));
      return;
    }
    subject(
        "reference",
        weights.config(),
        () -> new ReferenceVerifiable(new ReferenceModel(weights)),
        options.heldOutOnReference());
  }

  private void backend(BackendProvider provider, Weights weights) {
    if (provider.unusableBecause().isPresent()) {
      skipped.add(provider.name() + ": " + provider.unusableBecause().get());
      return;
    }
    BackendOptions open = new BackendOptions(CACHE_TOKENS, BackendVerifiable.CHUNK, null);
    subject(
        provider.name(),
        weights.config(),
        () -> new BackendVerifiable(provider.open(folder, open), weights.hasMtp()),
        true);
  }

  private void subject(
      String name, ModelConfig config, Supplier<VerifiableModel> open, boolean heldOut) {
    progress.accept(folder + ": " + name);
    long started = System.nanoTime();
    try (VerifiableModel model = open.get()) {
      List<CheckResult> results;
      try {
        results = results(name, model, config, heldOut);
      } catch (ModelException e) {
        throw e;
      } catch (RuntimeException e) {
        // Broken weights can make an implementation fail where it expects finite numbers.
        results = List.of(Comparison.holds("runs", false, e.toString()));
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      subjects.add(new VerifyReport.Subject(model.name(), seconds, results));
    }
  }

  private List<CheckResult> results(
      String name, VerifiableModel model, ModelConfig config, boolean heldOut) {
    List<CheckResult> results = new ArrayList<>(checks(model, heldOut));
    if (results.isEmpty()) {
      int[] tokens = BareCheck.tokens(config.vocabSize(), config.maxPositions() - 1);
      Pass pass = model.forward(tokens);
      results.addAll(BareCheck.run(model, tokens, pass, oracle));
      oracle = name.equals("reference") ? pass.logits() : oracle;
    }
    return results;
  }

  private List<CheckResult> checks(VerifiableModel model, boolean heldOut) {
    List<CheckResult> results = new ArrayList<>();
    if (has("golden.safetensors")) {
      try (Safetensors golden = Safetensors.open(folder.resolve("golden.safetensors"))) {
        results.addAll(GoldenCheck.run(golden, model));
      }
    }
    if (has("trajectory.safetensors") && has("hyperparameters.json")) {
      try (Safetensors run = Safetensors.open(folder.resolve("trajectory.safetensors"))) {
        results.addAll(TrajectoryCheck.run(run, json("hyperparameters.json"), model));
      }
    }
    if (has("expected.safetensors")) {
      JsonNode expected = json("expected.json");
      try (Safetensors tensors = Safetensors.open(folder.resolve("expected.safetensors"));
          Tokenizer tokenizer = has("tokenizer.json") ? Tokenizer.read(folder) : null) {
        results.addAll(SampleCheck.run(tensors, expected, model, tokenizer));
        String text = expected.path("held_out").path("file").asText();
        if (tokenizer != null && !text.isEmpty() && has(text)) {
          results.addAll(heldOut(expected.path("held_out"), text, tokenizer, model, heldOut));
        }
      }
    }
    return results;
  }

  private List<CheckResult> heldOut(
      JsonNode expected, String file, Tokenizer tokenizer, VerifiableModel model, boolean wanted) {
    if (!wanted) {
      skipped.add("held-out losses on the reference: they take minutes, see --held-out");
      return List.of();
    }
    progress.accept(folder + ": " + model.name() + ", held-out text");
    try {
      String text = Files.readString(folder.resolve(file));
      return HeldOutCheck.run(expected, text, tokenizer, model);
    } catch (IOException e) {
      throw new ModelException(file + " cannot be read: " + e, e);
    }
  }

  /** Whether the folder itself, not one beside it, has a file of that name. */
  private boolean has(String name) {
    return !name.contains("/") && Files.isRegularFile(folder.resolve(name));
  }

  private JsonNode json(String name) {
    if (!has(name)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(folder.resolve(name).toFile());
    } catch (IOException e) {
      throw new ModelException(name + " is not valid JSON: " + e.getMessage(), e);
    }
  }
}
