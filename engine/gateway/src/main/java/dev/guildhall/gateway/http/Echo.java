package dev.guildhall.gateway.http;

import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.api.Prompt;
import dev.guildhall.gateway.engine.Job;
import dev.guildhall.gateway.text.ModelText;

/** The prompts as {@code echo} repeats them. */
final class Echo {

  private final InferenceRequest request;
  private final Job job;

  Echo(Job job) {
    this.request = job.request();
    this.job = job;
  }

  /** What precedes the text of a choice. */
  String text(int choice) {
    if (!request.echo()) {
      return "";
    }
    int unit = choice / request.choices();
    if (request.prompts().get(unit) instanceof Prompt.Text plain) {
      return plain.text();
    }
    ModelText.Stream stream = job.text().text().stream();
    StringBuilder text = new StringBuilder();
    for (int id : job.units().get(unit).prompt()) {
      text.append(stream.push(id));
    }
    return text + stream.end();
  }

  /**
   * How many leading tokens of the prompt are not the caller's: the begin-of-sequence token of a
   * text.
   */
  int hiddenTokens(int choice) {
    int unit = choice / request.choices();
    return request.prompts().get(unit) instanceof Prompt.Text plain
        ? job.units().get(unit).prompt().length
            - job.text().text().encode(plain.text(), false).length
        : 0;
  }
}
