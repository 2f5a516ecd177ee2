package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GeneratedToken;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Drives all choices of one request from the first call to the last token: one thread, one queue of
 * events. Ends in bounded time whatever ranks and client do. A choice moves to another rank as long
 * as none of its tokens has come.
 */
final class GenerationRun {

  private static final int MOST_ATTEMPTS = 4;
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Call.Event CLIENT_GONE = new Call.Event(null, 0, null, null, false);

  private final Job job;
  private final Sink sink;
  private final RankRouter router;
  private final GatewayMetrics metrics;
  private final GatewayConfig.Timeouts timeouts;
  private final BiConsumer<Job.Unit, List<Choice>> progress;
  private final LinkedBlockingQueue<Call.Event> events = new LinkedBlockingQueue<>();
  private final List<Choice> choices = new ArrayList<>();
  private final long startNanos = System.nanoTime();
  private final TokenReader tokens;
  private RuntimeException failure;
  private boolean firstToken;
  private long quietSinceNanos = startNanos;

  GenerationRun(
      Job job,
      Sink sink,
      RankRouter router,
      GatewayMetrics metrics,
      GatewayConfig.Timeouts timeouts,
      BiConsumer<Job.Unit, List<Choice>> progress) {
    this.job = job;
    this.sink = sink;
    this.router = router;
    this.metrics = metrics;
    this.timeouts = timeouts;
    this.progress = progress;
    this.tokens = new TokenReader(job.text().text());
    for (int i = 0; i < job.choices(); i++) {
      choices.add(
          new Choice(i, job.units().get(job.unitOf(i)), job.text().text(), job.request().stops()));
    }
  }

  /** Tells the run, from any thread, that nobody reads the answer any more. */
  void clientGone() {
    events.add(CLIENT_GONE);
  }

  /** The choices, with what they used; complete after {@link #run}. */
  List<Choice> choices() {
    return choices;
  }

  /**
   * Runs to the end; returns why it failed, or null. A {@link ClientGoneException} or an {@link
   * ApiException}.
   */
  RuntimeException run() {
    for (Choice choice : choices) {
      if (failure == null) {
        place(choice, RankRouter.noRank(job.model().name()));
      }
    }
    while (choices.stream().anyMatch(c -> c.phase != Choice.Phase.ENDED)) {
      try {
        Call.Event event = events.poll(untilNext(), TimeUnit.NANOSECONDS);
        if (event == null) {
          expire();
        } else if (event == CLIENT_GONE) {
          fail(new ClientGoneException());
        } else if (event.attempt() == event.choice().attempt
            && event.choice().phase != Choice.Phase.ENDED) {
          handle(event);
        }
      } catch (ClientGoneException e) {
        fail(e);
      } catch (InterruptedException e) {
        fail(ApiException.unavailable("shutting_down", "The gateway is shutting down.", 1));
        choices.forEach(this::cut);
      }
    }
    return failure;
  }

  /**
   * Sends a choice to the best rank left; the run fails with the given reason when there is none.
   */
  private void place(Choice choice, ApiException otherwise) {
    RankClient rank = sibling(choice);
    if (rank == null) {
      rank =
          choice.attempt >= MOST_ATTEMPTS
              ? null
              : router.choose(job, choice.unit, choice.excluded).orElse(null);
    }
    choice.attempt++;
    choice.heardNanos = System.nanoTime();
    if (rank == null) {
      choice.phase = Choice.Phase.ENDED;
      fail(otherwise);
      return;
    }
    choice.rank = rank;
    rank.sent(choice.unit.prompt().length);
    choice.call =
        Call.start(choice, rank, Requests.of(job, choice), job.deadlineNanos(), events::add);
  }

  /** Choices of one prompt share a rank, and so its prefix cache. */
  private RankClient sibling(Choice choice) {
    for (Choice other : choices) {
      if (other.unit == choice.unit && other != choice && other.rank != null) {
        boolean failed =
            choice.excluded.contains(other.rank.address())
                || choice.excluded.contains(other.rank.group());
        return failed || !other.rank.usable() ? null : other.rank;
      }
    }
    return null;
  }

  private void handle(Call.Event event) {
    Choice choice = event.choice();
    if (event.abortRefused()) {
      if (choice.phase == Choice.Phase.DRAINING) {
        cut(choice);
      }
    } else if (event.status() != null) {
      ended(choice, event.status());
    } else {
      choice.call.more();
      reply(choice, event.reply());
    }
  }

  private void reply(Choice choice, GenerateReply reply) {
    long now = System.nanoTime();
    if (reply.hasStarted()) {
      begin(choice, reply);
    }
    if (reply.getTokensCount() > 0 && choice.phase == Choice.Phase.RUNNING) {
      observe(choice, reply.getTokensCount(), now);
      text(choice, reply.getTokensList());
    }
    choice.heardNanos = now;
    if (reply.hasFinished()) {
      finished(choice, reply.getFinished());
    }
  }

  private void begin(Choice choice, GenerateReply reply) {
    choice.rank.began(choice.unit.prompt().length);
    choice.begun = true;
    choice.cachedTokens = reply.getStarted().getCachedTokens();
    router.processed(job, choice.unit, choice.rank);
    if (reply.getStarted().getPromptCount() > 0
        && choice.phase == Choice.Phase.RUNNING
        && !choice.promptShown) {
      choice.promptShown = true;
      sink.prompt(
          choice.index, reply.getStarted().getPromptList().stream().map(tokens::read).toList());
    }
    note(choice);
  }

  private void text(Choice choice, List<GeneratedToken> generated) {
    StringBuilder shown = new StringBuilder();
    for (GeneratedToken token : generated) {
      choice.received++;
      if (token.hasLogprob()) {
        choice.trail.add(tokens.read(token), choice.decoded());
      }
      shown.append(choice.push(token.getId()));
      if (choice.stopped()) {
        break;
      }
    }
    show(choice, shown.toString(), choice.trail.show(shown.toString()));
    note(choice);
    if (choice.stopped()) {
      complete(choice, "stop");
      drain(choice);
    }
  }

  private void show(Choice choice, String text, List<Token> begun) {
    if (!text.isEmpty() || !begun.isEmpty()) {
      quietSinceNanos = System.nanoTime();
      sink.delta(choice.index, text, begun);
    }
  }

  private void note(Choice choice) {
    progress.accept(choice.unit, choices.stream().filter(c -> c.unit == choice.unit).toList());
  }

  private void finished(Choice choice, Finished finished) {
    choice.usage = finished.getUsage();
    if (choice.phase == Choice.Phase.RUNNING) {
      switch (finished.getReason()) {
        case STOP, LENGTH -> {
          String rest = choice.end();
          List<Token> begun = new ArrayList<>(choice.trail.show(rest));
          begun.addAll(choice.stopped() ? List.of() : choice.trail.rest());
          show(choice, rest, begun);
          complete(
              choice,
              finished.getReason() == Finished.Reason.LENGTH && !choice.stopped()
                  ? "length"
                  : "stop");
        }
        default -> {
          choice.excluded.add(choice.rank.group());
          ended(choice, Status.UNAVAILABLE);
          return;
        }
      }
    }
    choice.phase = Choice.Phase.ENDED;
  }

  private void complete(Choice choice, String reason) {
    choice.reason = reason;
    sink.finish(choice.index, reason);
  }

  /** The call is over without the engine's last word. */
  private void ended(Choice choice, Status status) {
    if (!choice.begun) {
      choice.rank.began(choice.unit.prompt().length);
    }
    if (choice.phase == Choice.Phase.DRAINING) {
      choice.phase = Choice.Phase.ENDED;
      return;
    }
    Status why = status.isOk() ? Status.UNAVAILABLE : status;
    if (why.getCode() == Status.Code.UNAVAILABLE && !status.isOk()) {
      choice.excluded.add(choice.rank.address());
    }
    if (System.nanoTime() >= job.deadlineNanos()) {
      why = Status.DEADLINE_EXCEEDED;
    }
    if (failure == null && choice.received == 0 && EngineErrors.elsewhere(why)) {
      choice.excluded.add(choice.rank.address());
      choice.begun = false;
      choice.usage = null;
      metrics.count(GatewayMetrics.FAILOVERS, job.model().name());
      place(choice, EngineErrors.answer(why));
    } else {
      choice.phase = Choice.Phase.ENDED;
      fail(EngineErrors.answer(why));
    }
  }

  /** Ends everything early, for the first reason that came. */
  private void fail(RuntimeException reason) {
    if (failure == null) {
      failure = reason;
      choices.stream().filter(c -> c.phase == Choice.Phase.RUNNING).forEach(this::drain);
    }
  }

  private void drain(Choice choice) {
    choice.phase = Choice.Phase.DRAINING;
    choice.decidedByNanos = System.nanoTime() + DRAIN_NANOS;
    if (choice.call == null) {
      choice.phase = Choice.Phase.ENDED;
    } else if (choice.begun) {
      choice.call.abort();
    } else {
      cut(choice);
    }
  }

  private void cut(Choice choice) {
    if (choice.phase != Choice.Phase.ENDED && choice.call != null) {
      choice.call.cancel();
      if (!choice.begun) {
        choice.rank.began(choice.unit.prompt().length);
      }
    }
    choice.phase = Choice.Phase.ENDED;
  }

  private long untilNext() {
    long now = System.nanoTime();
    long next =
        failure == null
            ? Math.min(job.deadlineNanos(), quietSinceNanos + timeouts.heartbeat().toNanos())
            : now + DRAIN_NANOS;
    for (Choice choice : choices) {
      if (choice.phase != Choice.Phase.ENDED) {
        next = Math.min(next, limit(choice));
      }
    }
    return Math.max(0, next - now);
  }

  private long limit(Choice choice) {
    return choice.phase == Choice.Phase.DRAINING
        ? choice.decidedByNanos
        : choice.heardNanos + (choice.begun ? timeouts.idle() : timeouts.queue()).toNanos();
  }

  private void expire() {
    long now = System.nanoTime();
    for (Choice choice : choices) {
      if (choice.phase == Choice.Phase.DRAINING && now >= choice.decidedByNanos) {
        cut(choice);
      } else if (choice.phase == Choice.Phase.RUNNING
          && (now >= limit(choice) || now >= job.deadlineNanos())) {
        fail(EngineErrors.timeout());
      }
    }
    if (failure == null && now - quietSinceNanos >= timeouts.heartbeat().toNanos()) {
      quietSinceNanos = now;
      sink.heartbeat();
    }
  }

  private void observe(Choice choice, int count, long now) {
    if (!firstToken) {
      firstToken = true;
      metrics.observe(GatewayMetrics.TTFT, (now - startNanos) / 1e9, job.model().name());
    } else if (choice.received > 0) {
      metrics.observe(
          GatewayMetrics.INTER_TOKEN, (now - choice.heardNanos) / 1e9 / count, job.model().name());
    }
  }
}
