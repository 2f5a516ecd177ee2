package dev.guildhall.gateway.engine;

import com.google.protobuf.ByteString;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GeneratedToken;
import dev.guildhall.proto.v1.SamplingParams;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjDoubleConsumer;

/**
 * Compares two ranks by one prompt: the first writes some tokens greedily, the second reads them
 * and says of each how likely it had been to write it. So one early difference does not make all
 * later tokens incomparable, as two free continuations would be.
 */
final class Probe {

  /** Tokens of each continuation. */
  static final int TOKENS = 16;

  private static final long SECONDS = 30;

  /** Prefix pages of probes are shared with nobody's. */
  private static final ByteString SALT =
      ByteString.copyFrom("guildhall/probe", StandardCharsets.UTF_8);

  private Probe() {}

  /**
   * Asks both; returns whether both answered. Where one did not, nothing is told.
   *
   * @param each gets, for every token, whether it is the second one's first choice too, and by how
   *     much its log-probability differs
   */
  static boolean run(
      RankClient writer, RankClient reader, int[] prompt, ObjDoubleConsumer<Boolean> each) {
    try {
      var written = new ArrayList<GeneratedToken>();
      generate(writer, request(prompt, TOKENS, false))
          .forEachRemaining(reply -> written.addAll(reply.getTokensList()));
      int[] all = new int[prompt.length + written.size()];
      System.arraycopy(prompt, 0, all, 0, prompt.length);
      for (int i = 0; i < written.size(); i++) {
        all[prompt.length + i] = written.get(i).getId();
      }
      var read = read(reader, all);
      if (written.isEmpty() || read.isEmpty()) {
        return false;
      }
      for (int i = 0; i < written.size(); i++) {
        compare(written.get(i), read.get().get(prompt.length + i), each);
      }
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static void compare(
      GeneratedToken written, GeneratedToken read, ObjDoubleConsumer<Boolean> each) {
    boolean first = read.getTopCount() > 0 && read.getTop(0).getId() == written.getId();
    each.accept(first, Math.abs(written.getLogprob() - read.getLogprob()));
  }

  /** What a rank says of a prompt's own tokens. */
  private static Optional<List<GeneratedToken>> read(RankClient rank, int[] prompt) {
    List<GeneratedToken> tokens = List.of();
    var replies = generate(rank, request(prompt, 1, true));
    while (replies.hasNext()) {
      GenerateReply reply = replies.next();
      tokens = reply.hasStarted() ? reply.getStarted().getPromptList() : tokens;
    }
    return tokens.size() == prompt.length ? Optional.of(tokens) : Optional.empty();
  }

  private static Iterator<GenerateReply> generate(RankClient rank, GenerateRequest request) {
    return rank.blockingStub().withDeadlineAfter(SECONDS, TimeUnit.SECONDS).generate(request);
  }

  private static GenerateRequest request(int[] prompt, int tokens, boolean echo) {
    var request =
        GenerateRequest.newBuilder()
            .setRequestId("probe-" + UUID.randomUUID())
            .setMaxTokens(tokens)
            .setSampling(SamplingParams.newBuilder().setLogprobs(true).setTopLogprobs(1))
            .setCacheSalt(SALT)
            .setEchoPromptLogprobs(echo)
            .setDeadlineUnixMs(System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(SECONDS));
    for (int id : prompt) {
      request.addPrompt(id);
    }
    return request.build();
  }
}
