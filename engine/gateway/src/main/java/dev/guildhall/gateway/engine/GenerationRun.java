package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GenerateReply;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/**
 * Drives all choices of one request from the first call to the last token: one thread, one queue of
 * events. Ends in bounded time whatever ranks and client do. A choice whose rank fails moves to
 * another one, which goes on after the tokens that have come if it holds the same model.
 */
final class GenerationRun {

  private static final Logger LOG = Logger.getLogger(GenerationRun.class);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What loses its rank more often than this may be what kills them. */
  private static final int MOST_RESUMES = 4;

  private static final long TRY_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Call.Event CLIENT_GONE = new Call.Event(null, 0, null, null, false);

  private final Job job;
  private final Placement placement;
  private final Transcript transcript;
  private final GatewayMetrics metrics;
  private final LaneFigures lanes;
  private final GatewayConfig.Timeouts timeouts;
  private final BiConsumer<Job.Unit, List<Choice>> progress;
  private final LinkedBlockingQueue<Call.Event> events = new LinkedBlockingQueue<>();
  private final List<Choice> choices = new ArrayList<>();
  private RuntimeException failure;

  GenerationRun(
      Job job,
      Sink sink,
      RankRouter router,
      GatewayMetrics metrics,
      GatewayConfig.Timeouts timeouts,
      BiConsumer<Job.Unit, List<Choice>> progress) {
    this.job = job;
    this.placement = new Placement(job, choices, router);
    this.metrics = metrics;
    this.lanes = new LaneFigures(metrics, job.model().name());
    this.transcript = new Transcript(job, sink, metrics, lanes, System.nanoTime());
    this.timeouts = timeouts;
    this.progress = progress;
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
   * ApiException}, whatever was thrown: the caller settles what was used in any case.
   */
  RuntimeException run() {
    for (Choice choice : choices) {
      if (failure == null) {
        guarded(() -> place(choice, RankRouter.noRank(job.model().name())));
      }
    }
    while (choices.stream().anyMatch(c -> c.phase != Choice.Phase.ENDED)) {
      try {
        Call.Event event = events.poll(untilNext(), TimeUnit.NANOSECONDS);
        guarded(() -> step(event));
      } catch (InterruptedException e) {
        fail(ApiException.unavailable("shutting_down", "The gateway is shutting down.", 1));
        choices.forEach(this::cut);
      }
    }
    return failure;
  }

  /** A defect ends the request, its calls included; left to itself it would lose the usage. */
  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (ClientGoneException e) {
      fail(e);
    } catch (RuntimeException e) {
      LOG.errorf(e, "a generation of %s failed", job.model().name());
      fail(
          ApiException.server(
              500, "internal_error", "The gateway failed while it worked on the request."));
    }
  }

  private void step(Call.Event event) {
    if (event == null) {
      expire();
    } else if (event == CLIENT_GONE) {
      fail(new ClientGoneException());
    } else if (event.attempt() == event.choice().attempt
        && event.choice().phase != Choice.Phase.ENDED) {
      handle(event);
    }
  }

  /**
   * Sends a choice to the best rank left. When there is none it waits for one for a while, if ranks
   * are missing rather than busy; then the run fails with the given reason.
   */
  private void place(Choice choice, ApiException otherwise) {
    Route route = placement.next(choice).orElse(null);
    choice.attempt++;
    choice.tries++;
    choice.heardNanos = System.nanoTime();
    if (route == null) {
      await(choice, otherwise);
      return;
    }
    choice.phase = Choice.Phase.RUNNING;
    choice.route = route;
    route.computing().sent(choice.unit.prompt().length);
    lanes.sent(choice, choice.heardNanos);
    choice.call =
        Call.start(
            choice, choice.rank(), Requests.of(job, choice), job.deadlineNanos(), events::add);
  }

  private void await(Choice choice, ApiException otherwise) {
    long now = System.nanoTime();
    if (choice.waitsUntilNanos == 0) {
      choice.waitsUntilNanos = now + timeouts.heal().toNanos();
    }
    if (failure != null
        || now >= choice.waitsUntilNanos
        || !RankRouter.UNAVAILABLE.equals(otherwise.code())) {
      choice.phase = Choice.Phase.ENDED;
      fail(otherwise);
      return;
    }
    choice.phase = Choice.Phase.WAITING;
    choice.triesAgainNanos = now + TRY_AGAIN_NANOS;
    choice.otherwise = otherwise;
    choice.tries = 0;
    // A rank that is made anew is another one under the same name.
    choice.excluded.clear();
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
    if (choice.phase == Choice.Phase.RUNNING && reply.getTokensCount() > 0) {
      choice.tries = 0;
      choice.waitsUntilNanos = 0;
      transcript.tokens(choice, reply.getTokensList(), now);
      note(choice);
      if (choice.stopped()) {
        drain(choice);
      }
    }
    choice.heardNanos = now;
    if (reply.hasFinished()) {
      finished(choice, reply.getFinished());
    }
  }

  private void begin(Choice choice, GenerateReply reply) {
    choice.route.computing().began(choice.unit.prompt().length);
    choice.begun = true;
    if (choice.received == 0) {
      choice.cachedTokens = reply.getStarted().getCachedTokens();
      choice.modelDigest = reply.getStarted().getModelDigest();
    }
    placement.processed(choice);
    if (choice.phase == Choice.Phase.RUNNING) {
      transcript.prompt(choice, reply.getStarted().getPromptList());
    }
    note(choice);
  }

  private void note(Choice choice) {
    progress.accept(choice.unit, choices.stream().filter(c -> c.unit == choice.unit).toList());
  }

  private void finished(Choice choice, Finished finished) {
    choice.usage = finished.getUsage();
    if (choice.phase == Choice.Phase.RUNNING) {
      switch (finished.getReason()) {
        case STOP, LENGTH -> complete(choice, finished.getReason());
        default -> {
          choice.excluded.add(choice.rank().group());
          ended(choice, Status.UNAVAILABLE);
          return;
        }
      }
    }
    lanes.left(choice);
    choice.phase = Choice.Phase.ENDED;
  }

  private void complete(Choice choice, Finished.Reason reason) {
    transcript.end(choice, reason);
    lanes.ok(choice);
  }

  /** The call is over without the engine's last word. */
  private void ended(Choice choice, Status status) {
    if (!choice.begun) {
      choice.route.computing().began(choice.unit.prompt().length);
    }
    if (choice.phase == Choice.Phase.DRAINING) {
      lanes.left(choice);
      choice.phase = Choice.Phase.ENDED;
      return;
    }
    Status why = status.isOk() ? Status.UNAVAILABLE : status;
    if (why.getCode() == Status.Code.UNAVAILABLE && !status.isOk()) {
      choice.excluded.add(choice.rank().address());
    }
    if (System.nanoTime() >= job.deadlineNanos()) {
      why = Status.DEADLINE_EXCEEDED;
    }
    lanes.ended(choice, why);
    if (why.getCode() == Status.Code.FAILED_PRECONDITION) {
      choice.rank().poll();
    }
    if (failure == null && EngineErrors.elsewhere(why) && mayGoOn(choice)) {
      goOn(choice, EngineErrors.answer(why));
    } else {
      choice.phase = Choice.Phase.ENDED;
      fail(EngineErrors.answer(why));
    }
  }

  /** Tokens say nothing of the model that drew them unless it was named. */
  private static boolean mayGoOn(Choice choice) {
    return choice.received == 0 || choice.resumes < MOST_RESUMES && !choice.modelDigest.isEmpty();
  }

  private void goOn(Choice choice, ApiException otherwise) {
    choice.excluded.add(choice.rank().address());
    // A rank that refuses an answer has not lost it: what is known of its model may be old.
    boolean lost = choice.begun && choice.received > 0;
    choice.interrupted();
    if (choice.tokensLeft() == 0) {
      complete(choice, Finished.Reason.LENGTH);
      choice.phase = Choice.Phase.ENDED;
      return;
    }
    metrics.count(GatewayMetrics.FAILOVERS, job.model().name());
    if (lost) {
      choice.resumes++;
      metrics.count(GatewayMetrics.RESUMED, job.model().name());
    }
    place(choice, otherwise);
  }

  /** Ends everything early, for the first reason that came. */
  private void fail(RuntimeException reason) {
    if (failure == null) {
      failure = reason;
      choices.stream().filter(c -> c.phase == Choice.Phase.WAITING).forEach(this::leave);
      choices.stream().filter(c -> c.phase == Choice.Phase.RUNNING).forEach(this::drain);
    }
  }

  private void leave(Choice choice) {
    choice.phase = Choice.Phase.ENDED;
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
        choice.route.computing().began(choice.unit.prompt().length);
      }
      lanes.left(choice);
    }
    choice.phase = Choice.Phase.ENDED;
  }

  private long untilNext() {
    long now = System.nanoTime();
    long next =
        failure == null
            ? Math.min(
                job.deadlineNanos(), transcript.quietSinceNanos() + timeouts.heartbeat().toNanos())
            : now + DRAIN_NANOS;
    for (Choice choice : choices) {
      if (choice.phase != Choice.Phase.ENDED) {
        next = Math.min(next, limit(choice));
      }
    }
    return Math.max(0, next - now);
  }

  private long limit(Choice choice) {
    return switch (choice.phase) {
      case DRAINING -> choice.decidedByNanos;
      case WAITING -> choice.triesAgainNanos;
      default -> choice.heardNanos + (choice.begun ? timeouts.idle() : timeouts.queue()).toNanos();
    };
  }

  private void expire() {
    long now = System.nanoTime();
    for (Choice choice : choices) {
      if (choice.phase == Choice.Phase.DRAINING && now >= choice.decidedByNanos) {
        cut(choice);
      } else if (choice.phase == Choice.Phase.WAITING && now >= job.deadlineNanos()) {
        fail(EngineErrors.timeout());
      } else if (choice.phase == Choice.Phase.WAITING && now >= limit(choice)) {
        place(choice, choice.otherwise);
      } else if (choice.phase == Choice.Phase.RUNNING
          && (now >= limit(choice) || now >= job.deadlineNanos())) {
        lanes.hangs(choice);
        fail(EngineErrors.timeout());
      }
    }
    if (failure == null && now - transcript.quietSinceNanos() >= timeouts.heartbeat().toNanos()) {
      transcript.heartbeat(now);
    }
  }
}
