package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.Draw;
import dev.guildhall.engine.backend.NonFiniteLogitsException;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Kernels.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the logits that a step needs, draws tokens from them where they lie, and hands out
 * results slice by slice. Logits leave the device only where they were asked for.
 */
record Outputs(
    DeviceMemory memory, Launches launches, Workspace space, Matrix head, TokenDraws draws) {

  /**
   * A row of logits.
   *
   * @param slice index of its slice
   * @param state index of its row of states
   * @param place index among the slice's rows of logits, -1 if it only serves a draw
   * @param draw null if no token is drawn from it
   */
  private record Row(int slice, int state, int place, Draw draw) {}

  /**
   * @param states rows × hidden size after the final norm
   * @throws NonFiniteLogitsException naming the first slice whose logits are not finite
   */
  StepOutput of(StepInput input, Buffer states) {
    List<Slice> slices = input.slices();
    List<Row> rows = rows(slices);
    float[][] logits = new float[slices.size()][];
    Arrays.setAll(logits, i -> new float[slices.get(i).logitRows() * head.out()]);
    int[] tokens = new int[slices.size()];
    Arrays.fill(tokens, -1);
    for (int at = 0; at < rows.size(); at += Workspace.LOGIT_ROWS) {
      List<Row> turn = rows.subList(at, Math.min(at + Workspace.LOGIT_ROWS, rows.size()));
      compute(turn, states);
      draw(turn, slices, tokens);
      read(turn, slices, logits);
    }
    List<SliceOutput> outputs = new ArrayList<>();
    int row = 0;
    for (int i = 0; i < logits.length; i++) {
      Slice slice = slices.get(i);
      int count = slice.tokens().length;
      float[] hidden = slice.hidden() ? states(states, row, count) : new float[0];
      outputs.add(new SliceOutput(logits[i], hidden, tokens[i]));
      row += count;
    }
    return new StepOutput(outputs);
  }

  private static List<Row> rows(List<Slice> slices) {
    List<Row> rows = new ArrayList<>();
    int end = 0;
    for (int s = 0; s < slices.size(); s++) {
      Slice slice = slices.get(s);
      end += slice.tokens().length;
      int wanted = slice.logitRows();
      for (int i = 0; i < wanted; i++) {
        rows.add(new Row(s, end - wanted + i, i, i == wanted - 1 ? slice.draw() : null));
      }
      if (wanted == 0 && slice.draw() != null) {
        rows.add(new Row(s, end - 1, -1, slice.draw()));
      }
    }
    return rows;
  }

  private void compute(List<Row> turn, Buffer states) {
    memory.put(space.wanted(), turn.stream().mapToInt(Row::state).toArray());
    launches
        .kernels()
        .launch(
            "gather_rows",
            Grid.of(turn.size(), 256),
            a ->
                a.pointer(states)
                    .pointer(space.wanted())
                    .pointer(space.gathered())
                    .ints(head.in()));
    launches.linear(space.gathered(), turn.size(), head, space.logits(), false);
  }

  private void draw(List<Row> turn, List<Slice> slices, int[] tokens) {
    List<Row> drawing = turn.stream().filter(r -> r.draw() != null).toList();
    if (drawing.isEmpty()) {
      return;
    }
    int[] from = drawing.stream().mapToInt(turn::indexOf).toArray();
    int[] drawn = draws.of(space.logits(), from, drawing.stream().map(Row::draw).toList());
    for (int i = 0; i < drawn.length; i++) {
      Row row = drawing.get(i);
      if (drawn[i] < 0) {
        Slice slice = slices.get(row.slice());
        int position = slice.start() + slice.tokens().length - 1;
        throw broken(row.slice(), -1 - drawn[i], position, "not finite");
      }
      tokens[row.slice()] = drawn[i];
    }
  }

  private void read(List<Row> turn, List<Slice> slices, float[][] logits) {
    if (turn.stream().allMatch(r -> r.place() < 0)) {
      return;
    }
    int width = head.out();
    float[] all = memory.floats(space.logits(), turn.size() * width);
    for (int r = 0; r < turn.size(); r++) {
      Row row = turn.get(r);
      if (row.place() < 0) {
        continue;
      }
      Slice slice = slices.get(row.slice());
      int first = slice.start() + slice.tokens().length - slice.logitRows();
      for (int i = 0; i < width; i++) {
        float value = all[r * width + i];
        if (!Float.isFinite(value)) {
          throw broken(row.slice(), i, first + row.place(), Float.toString(value));
        }
        logits[row.slice()][row.place() * width + i] = value;
      }
    }
  }

  private float[] states(Buffer states, int first, int rows) {
    float[] all = memory.floats(states, (first + rows) * head.in());
    return Arrays.copyOfRange(all, first * head.in(), (first + rows) * head.in());
  }

  private static NonFiniteLogitsException broken(int slice, int token, int position, String is) {
    return new NonFiniteLogitsException(
        slice,
        "slice %d: the logit of token %d at position %d is %s"
            .formatted(slice, token, position, is));
  }
}
