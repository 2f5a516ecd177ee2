package dev.guildhall.simulator;

import dev.guildhall.planner.scaling.RoleKind;
import dev.guildhall.simulator.model.BalanceModel;
import dev.guildhall.simulator.model.Promise;
import dev.guildhall.simulator.model.RoleModel;
import dev.guildhall.simulator.model.Scenario;
import dev.guildhall.simulator.model.StepModel;
import dev.guildhall.simulator.trace.Request;
import dev.guildhall.simulator.trace.Trace;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A pool of groups of one rank; a step takes 10 ms and 1 ms per prompt token and per running
 * answer.
 */
public final class Tiny {

  private Tiny() {}

  /** So many requests each second, of random lengths. */
  public static Trace steady(int seconds, int perSecond) {
    var random = new SplittableRandom(5);
    return new Trace(
        "steady",
        IntStream.range(0, seconds * perSecond)
            .mapToObj(
                i ->
                    new Request(
                        i * 1_000_000L / perSecond,
                        random.nextInt(10, 60),
                        0,
                        random.nextInt(1, 30)))
            .toList());
  }

  /** One role, or prefill and decode where the first is prefill. */
  public static Scenario scenario(RoleKind first) {
    var step = new StepModel(10_000, 1000, 0, 1000, 0, 0.5);
    var roles =
        first == RoleKind.UNIFIED
            ? List.of(new RoleModel(first, 512, step))
            : List.of(new RoleModel(first, 512, step), new RoleModel(RoleKind.DECODE, 512, step));
    return new Scenario(
        "tiny",
        Map.of(),
        40,
        1,
        BigDecimal.valueOf(2),
        "USD",
        1,
        1,
        1e4,
        100_000,
        20,
        5,
        0,
        4,
        roles,
        new BalanceModel(1, 1, 1, 0),
        new Promise(2, 0, 0.1, 0.99));
  }
}
