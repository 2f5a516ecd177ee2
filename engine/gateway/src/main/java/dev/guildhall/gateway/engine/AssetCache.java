package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.text.ModelText;
import dev.guildhall.gateway.text.ModelTextFactory;
import dev.guildhall.proto.v1.AssetChunk;
import dev.guildhall.proto.v1.GetAssetsRequest;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Tokenizers and templates, fetched from a rank once per digest. Safe for use by several threads.
 */
@Singleton
final class AssetCache {

  private static final Logger LOG = Logger.getLogger(AssetCache.class);
  private static final int MOST_BYTES = 64 << 20;
  private static final int MOST_MODELS = 32;
  private static final long FETCH_SECONDS = 60;

  private final Map<String, CompletableFuture<ModelText>> texts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<String, CompletableFuture<ModelText>> eldest) {
          return size() > MOST_MODELS;
        }
      };

  /**
   * What the rank serves, now or soon; fails when it cannot be fetched, and is then tried anew by
   * the next call.
   *
   * @param digest of what the rank serves, by its status
   */
  CompletableFuture<ModelText> get(RankClient rank, String digest) {
    CompletableFuture<ModelText> mine = new CompletableFuture<>();
    synchronized (texts) {
      CompletableFuture<ModelText> there = texts.get(digest);
      if (there != null) {
        return there;
      }
      texts.put(digest, mine);
    }
    Thread.ofVirtual().name("assets-" + rank.address()).start(() -> fetch(rank, digest, mine));
    return mine;
  }

  private void fetch(RankClient rank, String digest, CompletableFuture<ModelText> result) {
    try {
      result.complete(ModelTextFactory.of(files(rank)));
      LOG.infof("tokenizer and chat template of %s are here (%s)", rank.model().name(), digest);
    } catch (RuntimeException | Error e) {
      // An Error: the tokenizer's native library does not load, or there is no memory for it.
      LOG.warnf(
          "tokenizer and chat template of %s cannot be had from %s: %s",
          rank.model().name(), rank.address(), e);
      synchronized (texts) {
        texts.remove(digest, result);
      }
      result.completeExceptionally(e);
    }
  }

  private static Map<String, byte[]> files(RankClient rank) {
    Map<String, ByteArrayOutputStream> parts = new HashMap<>();
    int total = 0;
    Iterator<AssetChunk> chunks =
        rank.blockingStub()
            .withDeadlineAfter(FETCH_SECONDS, TimeUnit.SECONDS)
            .getAssets(GetAssetsRequest.getDefaultInstance());
    while (chunks.hasNext()) {
      AssetChunk chunk = chunks.next();
      total += chunk.getData().size();
      if (total > MOST_BYTES) {
        throw new IllegalStateException("assets exceed " + MOST_BYTES + " bytes");
      }
      parts
          .computeIfAbsent(chunk.getName(), name -> new ByteArrayOutputStream())
          .writeBytes(chunk.getData().toByteArray());
    }
    Map<String, byte[]> files = new HashMap<>();
    parts.forEach((name, bytes) -> files.put(name, bytes.toByteArray()));
    return files;
  }
}
