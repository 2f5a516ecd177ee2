package dev.guildhall.engine.server;

import java.nio.file.Path;
import java.util.List;

/**
 * How a rank is configured; {@code docs/architecture.md} lists the variables.
 *
 * @param folder where the model's folder is
 * @param modelDir the model's folder as it was when this was read
 * @param modelName what API consumers call it
 * @param group name of the group
 * @param rank this rank
 * @param ranks how many there are
 * @param peers {@code host:port} of all ranks, in rank order
 * @param backend name of the backend
 * @param grpcPort 0: any that is free
 * @param httpPort 0: any that is free
 * @param tlsDir null: plaintext on loopback
 * @param placementFile null: contiguous ranges
 * @param maxContext 0: what the model was made for
 * @param cacheTokens 0: four contexts, at most 65,536, at least one context
 * @param maxBatchTokens token rows of a step
 * @param maxSequences sequences of a step
 * @param maxWaiting requests in the queue
 * @param drainSeconds how long running requests may go on after SIGTERM
 * @param expertSeconds how long another rank may take to compute experts for a layer of a step;
 *     beyond it the step's requests end and this rank is not ready until the group has answered
 * @param prefillSeconds how long a rank of another group may take to compute a prompt; beyond it
 *     this one goes on with what has come. Well below what the gateway waits for a first token
 */
public record RankOptions(
    ModelFolder folder,
    Path modelDir,
    String modelName,
    String group,
    int rank,
    int ranks,
    List<String> peers,
    String backend,
    int grpcPort,
    int httpPort,
    Path tlsDir,
    Path placementFile,
    int maxContext,
    int cacheTokens,
    int maxBatchTokens,
    int maxSequences,
    int maxWaiting,
    int drainSeconds,
    int expertSeconds,
    int prefillSeconds) {

  /** The same with another folder of the model. */
  RankOptions at(Path otherModelDir) {
    return new RankOptions(
        folder,
        otherModelDir,
        modelName,
        group,
        rank,
        ranks,
        peers,
        backend,
        grpcPort,
        httpPort,
        tlsDir,
        placementFile,
        maxContext,
        cacheTokens,
        maxBatchTokens,
        maxSequences,
        maxWaiting,
        drainSeconds,
        expertSeconds,
        prefillSeconds);
  }
}
