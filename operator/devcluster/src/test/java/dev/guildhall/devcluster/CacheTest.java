package dev.guildhall.devcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {

  @TempDir Path root;

  @Test
  void anEntryIsMadeOnce() {
    Cache cache = new Cache(root);
    AtomicInteger made = new AtomicInteger();

    for (int i = 0; i < 2; i++) {
      cache.get("kind/key", target -> Files.writeString(target, "made " + made.incrementAndGet()));
    }

    assertThat(root.resolve("kind/key")).hasContent("made 1");
  }

  @Test
  void aFailedEntryLeavesNothingBehindThatCountsAsMade() {
    Cache cache = new Cache(root);
    assertThatThrownBy(
            () ->
                cache.get(
                    "kind/key",
                    target -> {
                      Files.writeString(target, "half");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("kind/key");

    assertThat(cache.has("kind/key")).isFalse();
    assertThat(cache.get("kind/key", target -> Files.writeString(target, "whole")))
        .hasContent("whole");
  }
}
