package dev.guildhall.gateway.http;

import dev.guildhall.gateway.engine.Answer;
import dev.guildhall.gateway.engine.Sink;

/** An answer being written. */
interface Reply extends Sink {

  /**
   * Every choice is complete: ends the answer.
   *
   * @param extras usage, and what it cost if that is known yet
   */
  void complete(Answer answer, Extras extras);
}
