package dev.guildhall.planner.placement;

import java.util.ArrayList;
import java.util.List;

/** What several searches found for one layer: for more moves, better balance, and nothing else. */
final class Front {

  private record Choice(Trail trail, int step) {

    int moves() {
      return trail.moves(step);
    }

    double balance() {
      return trail.balance(step);
    }
  }

  private final List<Choice> choices = new ArrayList<>();

  /** Of searches that begin with the same placement, which is the first choice. */
  Front(List<Trail> trails) {
    var best = new Choice[trails.stream().mapToInt(Trail::mostMoves).max().orElseThrow() + 1];
    for (Trail trail : trails) {
      for (int step = 0; step < trail.steps(); step++) {
        var one = new Choice(trail, step);
        var other = best[one.moves()];
        best[one.moves()] = other == null || one.balance() > other.balance() ? one : other;
      }
    }
    for (var one : best) {
      if (one != null && (choices.isEmpty() || one.balance() > choices.getLast().balance())) {
        choices.add(one);
      }
    }
  }

  int size() {
    return choices.size();
  }

  int moves(int choice) {
    return choices.get(choice).moves();
  }

  double balance(int choice) {
    return choices.get(choice).balance();
  }

  int[] placement(int choice) {
    var one = choices.get(choice);
    return one.trail().placement(one.step());
  }
}
