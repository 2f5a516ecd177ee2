package dev.guildhall.planner.plan;

/** Models that tests plan for. */
final class Models {

  private Models() {}

  /** DeepSeek-V3, without its MTP layer unless asked for. */
  static ModelShape v3(int mtpLayers) {
    return new ModelShape(
        129280,
        7168,
        61,
        3,
        18432,
        2048,
        256,
        1,
        8,
        new LatentAttention(128, 1536, 512, 64, 128, 128),
        mtpLayers,
        false,
        163840);
  }

  /** The sample checkpoint of 20.8 M parameters. */
  static ModelShape small() {
    return new ModelShape(
        4096,
        256,
        6,
        1,
        640,
        96,
        32,
        1,
        4,
        new LatentAttention(8, 128, 64, 16, 32, 32),
        1,
        false,
        2048);
  }

  /** Float8 weights in blocks of 128 by 128, BF16 tables and cache. */
  static Numerics fp8() {
    return new Numerics(1, 128 * 128, 2, 2, 0);
  }
}
