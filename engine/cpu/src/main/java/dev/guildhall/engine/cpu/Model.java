package dev.guildhall.engine.cpu;

import dev.guildhall.engine.model.ModelConfig;

/**
 * What every rank has of a model, ready to run.
 *
 * @param embedding vocabulary × hidden
 * @param layers decoder layers of the main model
 * @param norm before the head
 * @param head vocabulary × hidden
 * @param mtp null if the model has none
 */
record Model(
    ModelConfig config,
    Rope rope,
    Matrix embedding,
    DecoderLayer[] layers,
    float[] norm,
    Matrix head,
    MtpLayer mtp) {

  float[] embed(int[] tokens) {
    float[] x = new float[tokens.length * embedding.in()];
    for (int r = 0; r < tokens.length; r++) {
      embedding.row(tokens[r], x, r * embedding.in());
    }
    return x;
  }
}
