package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask the same over and over while something is done to the deployment. */
final class Traffic {
  private static final int CLIENTS = 2;

  private final Gateway gateway = new Gateway();
  private final List<String> prompts;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<String, String> expected = new HashMap<>();

  private Traffic(List<String> prompts) throws Exception {
    this.prompts = prompts;
    for (String prompt : prompts) {
      expected.put(prompt, answer(prompt));
    }
  }

  /** What is done meanwhile. */
  interface Work {
    void run() throws Exception;
  }

  /**
   * Does something; returns how many answers came meanwhile.
   *
   * @throws AssertionError if one was another than before, or none
   */
  static int during(Work work) throws Exception {
    return during(List.of("def main():"), work);
  }

  /** The same with several prompts in turn. */
  static int during(List<String> prompts, Work work) throws Exception {
    return new Traffic(prompts).whileDone(work);
  }

  private int whileDone(Work work) throws Exception {
    var stop = new AtomicBoolean();
    var answered = new AtomicInteger();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(
            clients.submit(
                () -> {
                  while (!stop.get()) {
                    String prompt = prompts.get(next.getAndIncrement() % prompts.size());
                    assertThat(answer(prompt)).isEqualTo(expected.get(prompt));
                    answered.incrementAndGet();
                    // Two cores are to be left something for ranks that start.
                    Thread.sleep(100);
                  }
                  return null;
                }));
      }
      try {
        work.run();
      } finally {
        stop.set(true);
      }
      for (Future<?> each : all) {
        each.get(90, TimeUnit.SECONDS);
      }
    }
    return answered.get();
  }

  private String answer(String prompt) throws Exception {
    return gateway.complete(prompt, 8).at("/choices/0/text").asText();
  }
}
