package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.model.Tokenizer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loss on text that the sample checkpoint was not trained on, main model and MTP layer. */
class HeldOutTest {
  private static final int VOCABULARY = 4096;
  private static final int HIDDEN = 256;

  @Test
  void lossesAreTheExpectedOnes() throws Exception {
    JsonNode expected =
        new ObjectMapper()
            .readTree(Session.SMALL.resolve("expected.json").toFile())
            .get("held_out");
    int window = expected.get("window").asInt();
    int stride = expected.get("stride").asInt();
    int[] ids = Arrays.copyOf(encode(), expected.get("tokens").asInt());
    double loss = 0;
    double draftLoss = 0;
    int count = 0;
    int draftCount = 0;
    try (Backend backend = Session.open(Session.SMALL, KernelChoice.kernels())) {
      int[] pages = Session.pages(backend, 0, window);
      for (int at = 0; at + window <= ids.length; at += stride) {
        int[] part = Arrays.copyOfRange(ids, at, at + window);
        SliceOutput out =
            Session.step(backend, new Slice(part, 0, pages, Logits.ALL, true)).getFirst();
        for (int p = 0; p + 1 < window; p++, count++) {
          loss += crossEntropy(out.logits(), p, part[p + 1]);
        }
        float[] drafts = draft(backend, part, pages, out.hidden());
        for (int p = 0; p + 2 < window; p++, draftCount++) {
          draftLoss += crossEntropy(drafts, p, part[p + 2]);
        }
      }
    }
    assertThat(loss / count).isCloseTo(expected.get("mean_loss").asDouble(), within(2e-4));
    assertThat(draftLoss / draftCount)
        .isCloseTo(expected.get("mean_mtp_loss").asDouble(), within(2e-4));
  }

  private static float[] draft(Backend backend, int[] part, int[] pages, float[] hidden) {
    int n = part.length - 1;
    Slice slice = new Slice(Arrays.copyOfRange(part, 1, n + 1), 1, pages, Logits.ALL);
    return backend
        .draft(
            new StepInput(List.of(slice)),
            Arrays.copyOf(hidden, n * HIDDEN),
            backend.localExperts())
        .slices()
        .getFirst()
        .logits();
  }

  private static double crossEntropy(float[] logits, int row, int target) {
    double sum = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      sum += Math.exp(logits[row * VOCABULARY + i]);
    }
    return Math.log(sum) - logits[row * VOCABULARY + target];
  }

  private static int[] encode() throws Exception {
    String text = Files.readString(Session.SMALL.resolve("held_out.txt"));
    try (Tokenizer tokenizer = Tokenizer.read(Session.SMALL)) {
      return tokenizer.encode(text);
    }
  }
}
