package dev.guildhall.planner.plan;

/**
 * Bytes of weights on one rank. Attention, dense networks, shared experts, routers and tables are
 * on every rank; routed experts are divided over the ranks in slots.
 *
 * @param attention attention and norms of all layers of the main model
 * @param dense dense feed-forward networks
 * @param tables embedding table and head
 * @param routers routers of the main model
 * @param sharedExperts shared experts of the main model
 * @param expertSlots routed experts in this rank's slots, main model
 * @param mtp everything of the MTP layers
 */
public record WeightBytes(
    long attention,
    long dense,
    long tables,
    long routers,
    long sharedExperts,
    long expertSlots,
    long mtp) {

  /** The weights of a rank with {@code slots} expert slots in each layer that has experts. */
  public static WeightBytes of(ModelShape shape, Numerics numerics, int slots) {
    long attention = numerics.matrix(shape.attentionParameters());
    long router = shape.routerParameters() * numerics.tableBytes();
    long expert = numerics.matrix(shape.expertParameters());
    long mtpLayer =
        attention
            + router
            + (shape.sharedExperts() + slots) * expert
            + numerics.matrix(shape.mtpGlueParameters());
    return new WeightBytes(
        shape.layers() * attention,
        shape.denseLayers() * numerics.matrix(shape.denseParameters()),
        shape.embeddingParameters() * numerics.tableBytes(),
        shape.moeLayers() * router,
        (long) shape.moeLayers() * shape.sharedExperts() * expert,
        shape.moeLayers() * slots * expert,
        shape.mtpLayers() * mtpLayer);
  }

  /** All of it. */
  public long total() {
    return attention + dense + tables + routers + sharedExperts + expertSlots + mtp;
  }
}
