package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Clients that ask the same over and over while something is done to the deployment. */
final class Traffic {
  private static final int CLIENTS = 2;
  private static final int TOKENS = 8;

  private final Gateway gateway = new Gateway();
  private final int clients;
  private final List<String> prompts;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<String, String> expected = new HashMap<>();
  private final int tokens;
  private final boolean faults;
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  private Traffic(int clients, List<String> prompts, int tokens, boolean faults) throws Exception {
    this.clients = clients;
    this.prompts = prompts;
    this.tokens = tokens;
    this.faults = faults;
    for (String prompt : prompts) {
      expected.put(prompt, answer(prompt));
    }
  }

  /** Thirty prompts of more than a hundred tokens, alike in none of their cache pages. */
  static List<String> prompts(String name) {
    return IntStream.range(0, 30)
        .mapToObj(i -> "%s %d:".formatted(name, i) + " def f(x): return x + 1".repeat(12))
        .toList();
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
    return during(prompts, TOKENS, work);
  }

  /** The same with answers of so many tokens. */
  static int during(List<String> prompts, int tokens, Work work) throws Exception {
    return new Traffic(CLIENTS, prompts, tokens, false).whileDone(work).answered();
  }

  /** The same with so many clients and answers of so many tokens. */
  static int during(int clients, int tokens, Work work) throws Exception {
    return new Traffic(clients, List.of("def main():"), tokens, false).whileDone(work).answered();
  }

  /**
   * What came meanwhile.
   *
   * @param answered right answers
   * @param failed errors that said so
   */
  record Seen(int answered, int failed) {}

  /**
   * The same, where errors are to be expected, and neither wrong answers nor requests that hang.
   */
  static Seen throughFaults(List<String> prompts, Work work) throws Exception {
    return new Traffic(CLIENTS, prompts, TOKENS, true).whileDone(work);
  }

  private Seen whileDone(Work work) throws Exception {
    var stop = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(
            threads.submit(
                () -> {
                  while (!stop.get()) {
                    ask(prompts.get(next.getAndIncrement() % prompts.size()));
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
    return new Seen(answered.get(), failed.get());
  }

  private void ask(String prompt) throws Exception {
    String answer;
    try {
      answer = answer(prompt);
    } catch (HttpTimeoutException hang) {
      throw hang;
    } catch (IOException error) {
      if (!faults) {
        throw error;
      }
      failed.incrementAndGet();
      return;
    }
    assertThat(answer).isEqualTo(expected.get(prompt));
    answered.incrementAndGet();
  }

  private String answer(String prompt) throws Exception {
    return gateway.complete(prompt, tokens).at("/choices/0/text").asText();
  }
}
