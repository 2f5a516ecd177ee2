package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.api.ApiException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the rank for a prompt, and the language of a model. Safe for use by several threads. */
@Singleton
public final class RankRouter {

  /** Code of the error that says that no rank is there. */
  public static final String UNAVAILABLE = "model_unavailable";

  private static final long SPEECH_SECONDS = 10;

  private final Ranks ranks;
  private final AssetCache assets;
  private final GatewayMetrics metrics;
  private final PrefixIndex prefixes = new PrefixIndex();

  RankRouter(Ranks ranks, AssetCache assets, GatewayMetrics metrics) {
    this.ranks = ranks;
    this.assets = assets;
    this.metrics = metrics;
  }

  /**
   * The tokenizer and template that the model's ranks use.
   *
   * @throws ApiException 503 when no rank is ready or it cannot be fetched
   */
  public Job.Speech speech(String model) {
    for (RankClient rank : drawn(ranks.usable(model))) {
      var status = rank.status();
      if (status == null) {
        continue;
      }
      // Read once: text and digest must belong together, and the status may change meanwhile.
      String digest = status.getAssetsDigest();
      try {
        return new Job.Speech(
            assets.get(rank, digest).get(SPEECH_SECONDS, TimeUnit.SECONDS), digest);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw noRank(model);
      } catch (ExecutionException | TimeoutException e) {
        // Said in the log where it happened; another rank may do better.
        continue;
      }
    }
    throw noRank(model);
  }

  /** 503: nobody is there to answer. */
  static ApiException noRank(String model) {
    return ApiException.unavailable(
        UNAVAILABLE, "No rank of the model `" + model + "` is ready. Try again soon.", 5);
  }

  /**
   * The best rank, and one that computes the prompt for it where the deployment has such.
   *
   * @param modelDigest of the model that has to answer; empty: any
   * @param excluded addresses and group names that failed already
   */
  Optional<Route> choose(Job job, Job.Unit unit, String modelDigest, Set<String> excluded) {
    var able =
        ranks.usable(job.model().name()).stream()
            .filter(rank -> speaks(rank, job.text()) && holds(rank, modelDigest))
            .filter(rank -> !excluded.contains(rank.address()) && !excluded.contains(rank.group()))
            .toList();
    // The prompt's keys by page size: ranks of one model mostly have the same.
    var pages = new HashMap<Integer, long[]>();
    var answering = pick(job, unit, drawn(Division.answering(able)), pages);
    answering.ifPresent(best -> expect(job, unit, best));
    return answering.map(
        best ->
            new Route(
                best.rank(),
                Division.pays(best, unit.prompt().length)
                    ? pick(job, unit, Division.prefilling(able, best.rank()), pages)
                        .map(RankPicker.Candidate::rank)
                    : Optional.empty()));
  }

  private void expect(Job job, Job.Unit unit, RankPicker.Candidate best) {
    int hit = best.cachedTokens();
    String model = job.model().name();
    metrics.count(GatewayMetrics.PREFIX_ROUTED, hit, model, "hit");
    metrics.count(GatewayMetrics.PREFIX_ROUTED, unit.prompt().length - hit, model, "miss");
  }

  private Optional<RankPicker.Candidate> pick(
      Job job, Job.Unit unit, List<RankClient> able, Map<Integer, long[]> pages) {
    List<RankPicker.Candidate> candidates = new ArrayList<>();
    for (RankClient rank : able) {
      var status = rank.status();
      if (status == null) {
        continue;
      }
      int page = Math.max(1, status.getPageTokens());
      long[] keys =
          pages.computeIfAbsent(page, size -> PrefixIndex.pages(unit.prompt(), size, job.salt()));
      int cached = page * prefixes.match(keys, rank.incarnation());
      candidates.add(
          new RankPicker.Candidate(rank, cached, rank.queuedTokens(), status.getRunning()));
    }
    return RankPicker.pick(candidates, unit.prompt().length, ThreadLocalRandom.current()::nextLong);
  }

  private static boolean speaks(RankClient rank, Job.Speech speech) {
    var status = rank.status();
    return status != null && status.getAssetsDigest().equals(speech.digest());
  }

  private static boolean holds(RankClient rank, String modelDigest) {
    var status = rank.status();
    return modelDigest.isEmpty() || status != null && status.getModelDigest().equals(modelDigest);
  }

  private static List<RankClient> drawn(List<RankClient> ranks) {
    return Lane.drawn(ranks, ThreadLocalRandom.current()::nextInt);
  }

  /** The ranks have processed this prompt: their caches have the pages now. */
  void processed(Job job, Job.Unit unit, Route route) {
    processed(job, unit, route.rank());
    route.prefill().ifPresent(rank -> processed(job, unit, rank));
  }

  private void processed(Job job, Job.Unit unit, RankClient rank) {
    var status = rank.status();
    if (status != null) {
      prefixes.add(
          PrefixIndex.pages(unit.prompt(), Math.max(1, status.getPageTokens()), job.salt()),
          rank.incarnation());
    }
  }
}
