package dev.guildhall.engine.backend;

/**
 * Rows to run through experts, grouped by expert.
 *
 * @param experts logical expert ids, ascending, without repeats
 * @param rowCounts for each expert, how many rows it gets
 * @param rows for each expert in turn, indexes of rows in {@code hidden}
 * @param hidden distinct rows × hidden size
 * @param hiddenSize width of a row
 */
public record ExpertBatch(
    int[] experts, int[] rowCounts, int[] rows, float[] hidden, int hiddenSize) {}
