package dev.guildhall.planner.plan;

import java.util.ArrayList;
import java.util.List;

/** Judges layouts: pure, and the same answer for the same question. */
public final class Planner {

  private Planner() {}

  /**
   * The plan of the layout asked for, or every reason against it and the nearest layout that can
   * be.
   */
  public static Verdict judge(PlanRequest request) {
    var problems = problems(request);
    return problems.isEmpty()
        ? new Verdict.Feasible(plan(request))
        : new Verdict.Infeasible(problems, NearestPlan.search(request));
  }

  static List<Problem> problems(PlanRequest request) {
    var problems = new ArrayList<Problem>();
    var layout = request.layout();
    var shape = request.shape();
    if (layout.maxContextTokens() > shape.maxPositions()) {
      problems.add(
          new Problem(
              "serving.maxContextTokens",
              "%d is more than the model's max_position_embeddings of %d"
                  .formatted(layout.maxContextTokens(), shape.maxPositions())));
    }
    if (layout.ranks() > request.pool().gpus()) {
      problems.add(
          new Problem(
              request.role() + ".ranksPerGroup",
              "%d ranks take %d GPUs, but the pool has %d"
                  .formatted(layout.ranks(), layout.ranks(), request.pool().gpus())));
    }
    problems.addAll(slotProblems(request));
    if (problems.isEmpty()) {
      memoryProblem(request, problems);
    }
    return problems;
  }

  private static List<Problem> slotProblems(PlanRequest request) {
    int experts = request.shape().routedExperts();
    int redundant = request.layout().redundantExperts();
    int ranks = request.layout().ranks();
    int slots = experts + redundant;
    if (slots % ranks != 0) {
      return List.of(
          new Problem(
              request.role() + ".ranksPerGroup",
              "%d routed experts + %d redundant ones = %d slots do not divide over %d ranks"
                  .formatted(experts, redundant, slots, ranks)));
    }
    if (slots / ranks > experts) {
      return List.of(
          new Problem(
              request.role() + ".redundantExperts",
              "%d slots per rank are more than the %d experts, and two copies on one rank are of no use"
                  .formatted(slots / ranks, experts)));
    }
    return List.of();
  }

  private static void memoryProblem(PlanRequest request, List<Problem> problems) {
    var plan = plan(request);
    if (plan.headroomBytes() < 0) {
      problems.add(
          new Problem(
              request.role() + ".ranksPerGroup",
              "a rank needs %s (weights %s, cache of %d tokens %s, workspace %s), but a GPU of the pool has %s"
                  .formatted(
                      Bytes.text(plan.usedBytes()),
                      Bytes.text(plan.weights().total()),
                      plan.layout().cacheTokens(),
                      Bytes.text(plan.cacheBytes()),
                      Bytes.text(plan.workspaceBytes()),
                      Bytes.text(plan.memoryBytes()))));
    }
  }

  /** What a layout takes, whether it fits or not; slots must divide over the ranks. */
  static PhysicalPlan plan(PlanRequest request) {
    var layout = request.layout();
    var shape = request.shape();
    var numerics = request.numerics();
    int slots = (shape.routedExperts() + layout.redundantExperts()) / layout.ranks();
    var weights = WeightBytes.of(shape, numerics, slots);
    long expertLayers = numerics.matrix(shape.expertParameters()) * shape.slottedLayers();
    return new PhysicalPlan(
        layout,
        request.pool().nodesFor(layout.ranks()),
        slots,
        weights,
        expertLayers * layout.redundantExperts() / layout.ranks(),
        cacheBytesPerToken(shape, numerics) * layout.cacheTokens(),
        workspace(shape, numerics, layout),
        request.pool().memoryBytes());
  }

  /**
   * Bytes of latent cache per token over all layers: 70,272 for DeepSeek-V3 in BF16 without MTP.
   */
  static long cacheBytesPerToken(ModelShape shape, Numerics numerics) {
    return (long) shape.attention().cachedValues() * numerics.cacheBytes() * shape.cachedLayers();
  }

  /**
   * A bound for one step: per token the hidden states, queries, keys and values of one layer and
   * the copies sent to experts, in float32, and a row of logits for up to 256 sequences.
   */
  private static long workspace(ModelShape shape, Numerics numerics, GroupLayout layout) {
    var attention = shape.attention();
    long heads =
        (long) attention.heads()
            * (2L * (attention.unrotated() + attention.rotary()) + 2L * attention.value());
    long experts =
        (shape.activeExperts() + (long) shape.sharedExperts())
            * (2L * shape.hidden() + 2L * shape.expertWidth());
    long perToken = 8L * shape.hidden() + heads + experts + 2L * shape.denseWidth();
    long logits = (long) Math.min(layout.maxBatchTokens(), 256) * shape.vocab();
    return 4 * (perToken * layout.maxBatchTokens() + logits) + numerics.runtimeBytes();
  }
}
