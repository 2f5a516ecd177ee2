package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.BackendProvider;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.NonFiniteLogitsException;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.model.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused and how, and what callers on many threads may rely on. */
class CpuBackendTest {
  private static final int[] TOKENS = {1, 2, 3};
  private static final int[] PAGES = {0};
  private Backend backend;

  @BeforeEach
  void open() {
    backend = open(null);
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void isFoundByItsNameAndOpensThroughTheProvider() {
    BackendProvider cpu =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("cpu"))
            .findFirst()
            .orElseThrow();
    assertThat(cpu.unusableBecause()).isEmpty();
    try (Backend opened = cpu.open(Session.golden("mtp-one"), new BackendOptions(33, 16, null))) {
      assertThat(opened.name()).startsWith("cpu (");
      assertThat(opened.cache().pages()).isEqualTo(3);
      // Three layers and the MTP layer, 32 + 8 values of four bytes.
      assertThat(opened.cache().bytesPerToken()).isEqualTo(4 * 40 * 4);
    }
  }

  @Test
  void aFolderWithoutAModelIsRefused(@TempDir Path empty) {
    CpuBackendProvider cpu = new CpuBackendProvider();
    BackendOptions options = new BackendOptions(32, 16, null);
    assertThatThrownBy(() -> cpu.open(empty, options)).isInstanceOf(ModelException.class);
  }

  @Test
  void anEmptyStepIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Session.step(backend));
    refused(slice(new int[0], 0, PAGES), "slice 0: has no tokens");
  }

  @Test
  void aTokenOutsideTheVocabularyIsRefused() {
    refused(slice(new int[] {1, 320}, 0, PAGES), "slice 0: token 1 is 320, outside the vocabulary");
    refused(slice(new int[] {-1}, 0, PAGES), "slice 0: token 0 is -1");
  }

  @Test
  void aPositionOutsideTheContextIsRefused() {
    refused(slice(TOKENS, -1, PAGES), "positions -1 to 1");
    refused(slice(TOKENS, 510, new int[40]), "positions 510 to 512 are outside 0 to 511");
    refused(slice(TOKENS, Integer.MAX_VALUE, PAGES), "are outside 0 to 511");
  }

  @Test
  void aPageTableThatDoesNotFitIsRefused() {
    refused(slice(TOKENS, 15, PAGES), "1 pages cannot hold 18 tokens, 2 are needed");
    refused(slice(TOKENS, 15, new int[] {0, 4}), "page 1 is 4 of 4");
    refused(slice(TOKENS, 0, new int[] {-1}), "page 0 is -1 of 4");
  }

  @Test
  void twoSlicesThatWriteOnePageAreRefusedButSharingAPrefixIsNot() {
    Slice first = slice(TOKENS, 0, PAGES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Session.step(backend, first, slice(TOKENS, 3, PAGES)))
        .withMessageContaining("slice 1: page 0 is written twice");
    int[] page = IntStream.range(0, 16).toArray();
    Session.step(backend, slice(page, 0, PAGES));
    assertThat(
            Session.step(
                backend, slice(TOKENS, 16, new int[] {0, 1}), slice(TOKENS, 16, new int[] {0, 2})))
        .hasSize(2);
  }

  @Test
  void aStepLargerThanAgreedIsRefused() {
    refused(slice(new int[41], 0, new int[] {0, 1, 2}), "a step of 41 tokens; at most 40");
  }

  @Test
  void draftingStartsAtPositionOneAndNeedsAStatePerToken() {
    ExpertCompute local = backend.localExperts();
    StepInput atZero = new StepInput(List.of(slice(TOKENS, 0, PAGES)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.draft(atZero, new float[3 * 64], local))
        .withMessageContaining("outside 1 to 511");
    StepInput atOne = new StepInput(List.of(slice(TOKENS, 1, PAGES)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backend.draft(atOne, new float[64], local))
        .withMessageContaining("64 hidden values for 3 tokens of 64");
    try (Backend without = Session.open(Session.golden("moe-basic"), KernelChoice.kernels())) {
      assertThatThrownBy(() -> without.draft(atOne, new float[3 * 64], without.localExperts()))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void logitsThatAreNotFiniteNameTheirSlice() {
    float[] broken = new float[3 * 64];
    Arrays.fill(broken, 1f);
    broken[2 * 64 + 5] = Float.NaN;
    StepInput input =
        new StepInput(List.of(slice(TOKENS, 1, PAGES, 2), slice(TOKENS, 1, new int[] {1}, 1)));
    assertThatThrownBy(() -> backend.draft(input, broken, backend.localExperts()))
        .isInstanceOfSatisfying(
            NonFiniteLogitsException.class, e -> assertThat(e.slice()).isEqualTo(1))
        .hasMessageContaining("slice 1: the logit of token 0 at position 1 is NaN");
  }

  @Test
  void brokenWeightsAreNoticed(@TempDir Path folder) throws Exception {
    Path from = Session.golden("moe-basic");
    Files.copy(from.resolve("config.json"), folder.resolve("config.json"));
    byte[] bytes = Files.readAllBytes(from.resolve("model.safetensors"));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // The first tensor of the file is the head: spoil the weights of token 0.
    buffer.putFloat(8 + (int) buffer.getLong(0), Float.POSITIVE_INFINITY);
    Files.write(folder.resolve("model.safetensors"), bytes);
    try (Backend broken = Session.open(folder, KernelChoice.kernels())) {
      assertThatThrownBy(() -> Session.step(broken, slice(TOKENS, 0, PAGES)))
          .isInstanceOf(NonFiniteLogitsException.class)
          .hasMessageContaining("slice 0: the logit of token 0 at position 2");
    }
  }

  @Test
  void anExpertHeldElsewhereIsUnavailable() {
    BitSet none = new BitSet();
    try (Backend rank = open(List.of(none, none, none, none))) {
      ExpertBatch batch = batch(3);
      assertThatThrownBy(() -> rank.localExperts().forward(1, batch))
          .isInstanceOf(ExpertsUnavailableException.class)
          .hasMessage("expert 3 of layer 1 is not held by this rank");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> open(List.of(none)));
  }

  @Test
  void aBatchThatIsNotWellFormedIsRefused() {
    ExpertCompute local = backend.localExperts();
    float[] hidden = new float[128];
    int[] one = {1};
    for (ExpertBatch bad :
        List.of(
            new ExpertBatch(one, one, new int[] {2}, hidden, 64),
            new ExpertBatch(one, one, new int[] {-1}, hidden, 64),
            new ExpertBatch(one, new int[] {2}, one, hidden, 64),
            new ExpertBatch(one, new int[] {-1}, one, hidden, 64),
            new ExpertBatch(one, new int[0], one, hidden, 64),
            new ExpertBatch(new int[0], new int[0], one, hidden, 64),
            new ExpertBatch(new int[] {16}, one, one, hidden, 64),
            new ExpertBatch(one, one, one, hidden, 32))) {
      assertThatIllegalArgumentException().isThrownBy(() -> local.forward(1, bad));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local.forward(0, batch(3)))
        .withMessage("layer 0 has no routed experts");
    assertThatIllegalArgumentException().isThrownBy(() -> local.forward(4, batch(3)));
  }

  @Test
  void expertsMayBeAskedFromManyThreadsAtOnce() throws InterruptedException {
    float[] expected = backend.localExperts().forward(1, batch(3));
    AtomicReferenceArray<float[]> results = new AtomicReferenceArray<>(8);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < results.length(); i++) {
      int index = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> results.set(index, backend.localExperts().forward(1, batch(3)))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < results.length(); i++) {
      assertThat(results.get(i)).isEqualTo(expected);
    }
  }

  @Test
  void closingWaitsForCallsUnderWayAndRefusesNewOnes() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicReferenceArray<Object> results = new AtomicReferenceArray<>(1);
    ExpertCompute slow =
        (layer, batch) -> {
          inside.countDown();
          awaitQuietly(goOn);
          return new float[batch.rows().length * 64];
        };
    Thread step =
        Thread.ofPlatform()
            .start(
                () ->
                    results.set(
                        0, backend.step(new StepInput(List.of(slice(TOKENS, 0, PAGES))), slow)));
    inside.await();
    Thread closer = Thread.ofPlatform().start(backend::close);
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> backend.localExperts().forward(1, batch(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the backend is closed");
    goOn.countDown();
    step.join();
    closer.join();
    assertThat(results.get(0)).isInstanceOf(StepOutput.class);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ExpertBatch batch(int expert) {
    float[] hidden = new float[5 * 64];
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = (i % 17 - 8) / 10f;
    }
    return new ExpertBatch(
        new int[] {expert}, new int[] {5}, new int[] {4, 3, 2, 1, 0}, hidden, 64);
  }

  private static Backend open(List<BitSet> held) {
    return new CpuBackend(
        Session.golden("mtp-one"),
        new BackendOptions(64, 40, held),
        new Compute(KernelChoice.kernels(), new Workers(2)));
  }

  private static Slice slice(int[] tokens, int start, int[] pages) {
    return new Slice(tokens, start, pages, Logits.LAST);
  }

  private static Slice slice(int[] tokens, int start, int[] pages, int count) {
    return slice(Arrays.copyOf(tokens, count), start, pages);
  }

  private void refused(Slice slice, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Session.step(backend, slice))
        .withMessageContaining(problem);
  }
}
