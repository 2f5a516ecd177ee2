package dev.guildhall.engine.cuda.hopper;

/**
 * How a decode step's attention is shared out; {@code mla_decode.cuh} describes the scheme.
 *
 * @param batch places of the batch, at most {@value #MAX_BATCH}
 * @param rows query rows per sequence: heads × query tokens
 * @param shares equal parts of the batch's key blocks, the grid's y
 */
public record MlaPlan(int batch, int rows, int shares) {

  /** Most places of a batch: one thread each in the kernel that prepares the shares. */
  public static final int MAX_BATCH = 1024;

  /** Threads of a block of {@code mla_decode}. */
  public static final int THREADS = 384;

  /** Keys of a block, and rows of the descriptors' boxes. */
  public static final int KEYS = 64;

  /** Values of a cached row, and those of them that are summed. */
  public static final int WIDTH = 576;

  /** Output values per row. */
  public static final int LATENT = 512;

  /**
   * Key blocks below which a share is not cut smaller: its part of the output costs about as much
   * traffic as 3.5 blocks.
   */
  public static final int LEAST_BLOCKS = 2;

  /** Checks the bounds. */
  public MlaPlan {
    if (batch < 1 || batch > MAX_BATCH || rows < 1 || shares < 1) {
      throw new IllegalArgumentException(
          "MLA decode of %d sequences, %d query rows, %d shares: 1 to %d sequences, at least one of the others"
              .formatted(batch, rows, shares, MAX_BATCH));
    }
  }

  /** One block per SM: each row block's shares together fill the device. */
  public static MlaPlan of(int multiprocessors, int batch, int heads, int queries) {
    int rows = heads * queries;
    return new MlaPlan(batch, rows, Math.max(1, multiprocessors / Math.ceilDiv(rows, 64)));
  }

  /** Blocks of 64 query rows, the grid's x. */
  public int rowBlocks() {
    return Math.ceilDiv(rows, 64);
  }

  /** Ints of the plan that {@code mla_plan} writes. */
  public int planInts() {
    return batch + 1 + shares;
  }

  /** Floats of the parts' sums. */
  public long partialFloats() {
    return partialRows() * LATENT;
  }

  /** Rows of the parts, and floats of their log-sums. */
  public long partialRows() {
    return (long) (shares + batch - 1) * rows;
  }

  /** Dynamic shared memory of a block of {@code mla_decode}, in bytes. */
  public static int sharedBytes() {
    int stages = 2;
    int rowsBytes = 64 * WIDTH * 2;
    int weights = 64 * 64 * 2;
    int statistics = 2 * 2 * 64 * Float.BYTES;
    return (1 + stages) * rowsBytes + weights + statistics + (2 * stages + 2) * Long.BYTES;
  }

  /** Dynamic shared memory of the one block of {@code mla_plan}, in bytes. */
  public static int planSharedBytes() {
    return MAX_BATCH * Integer.BYTES;
  }
}
