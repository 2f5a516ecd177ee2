package dev.guildhall.engine.cuda;

/**
 * Sizes of what is measured.
 *
 * @param copyBytes of the copy that gives the memory's ceiling
 * @param groups experts on a device
 * @param rows of each expert in prefill
 * @param outs of an expert's first product
 * @param depth of it: the model's hidden size
 * @param sequences of a decode step
 * @param keys of each sequence
 * @param heads that attend
 */
record BenchShapes(
    long copyBytes, int groups, int rows, int outs, int depth, int sequences, int keys, int heads) {

  /** Those of DeepSeek-V3 with 32 experts per device: hidden size 7168, experts of 2048. */
  static final BenchShapes DEEPSEEK_V3 =
      new BenchShapes(1L << 30, 32, 4096, 4096, 7168, 64, 4096, 128);

  /** For trying the benchmark where no GPU is; its figures mean nothing. */
  static final BenchShapes SMALL = new BenchShapes(1 << 16, 2, 130, 128, 256, 2, 100, 16);
}
