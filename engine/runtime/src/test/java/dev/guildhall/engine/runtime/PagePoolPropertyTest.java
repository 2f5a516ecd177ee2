package dev.guildhall.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PagePoolPropertyTest {

  private static PageKey key(int content) {
    return PageKey.root(new byte[] {(byte) content});
  }

  @Property(tries = 200)
  void agreesWithAPlainModel(@ForAll Random random, @ForAll @IntRange(min = 1, max = 9) int pages) {
    PagePool pool = new PagePool(pages);
    List<Integer> held = new ArrayList<>();
    Map<Integer, Integer> contents = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          int page = pool.acquire();
          assertThat(page < 0).isEqualTo(held.stream().distinct().count() == pages);
          if (page >= 0) {
            assertThat(held).doesNotContain(page);
            contents.remove(page);
            held.add(page);
          }
        }
        case 1 -> {
          if (!held.isEmpty()) {
            int page = held.get(random.nextInt(held.size()));
            int content = random.nextInt(6);
            if (!contents.containsKey(page) && !contents.containsValue(content)) {
              contents.put(page, content);
            }
            pool.publish(page, key(contents.getOrDefault(page, content)));
          }
        }
        case 2 -> {
          int content = random.nextInt(6);
          int page = pool.share(key(content));
          if (page >= 0) {
            assertThat(contents.get(page)).isEqualTo(content);
            held.add(page);
          } else {
            assertThat(contents).doesNotContainValue(content);
          }
        }
        default -> {
          if (!held.isEmpty()) {
            pool.release(held.remove(random.nextInt(held.size())));
          }
        }
      }
      assertThat(pool.used()).isEqualTo((int) held.stream().distinct().count());
    }
    held.forEach(pool::release);
    assertThat(pool.available()).isEqualTo(pages);
  }

  @Example
  void evictsTheLeastRecentlyUsedFirst() {
    PagePool pool = new PagePool(2);
    int a = pool.acquire();
    int b = pool.acquire();
    pool.publish(a, key(1));
    pool.publish(b, key(2));
    pool.release(a);
    pool.release(b);
    assertThat(pool.share(key(1))).isEqualTo(a);
    pool.release(a);
    assertThat(pool.acquire()).isEqualTo(b);
    assertThat(pool.share(key(2))).isNegative();
    assertThat(pool.share(key(1))).isEqualTo(a);
  }

  @Example
  void releasingTwiceIsADefect() {
    PagePool pool = new PagePool(1);
    int page = pool.acquire();
    pool.release(page);
    assertThatIllegalStateException().isThrownBy(() -> pool.release(page));
  }
}
