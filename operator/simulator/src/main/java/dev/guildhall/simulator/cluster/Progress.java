package dev.guildhall.simulator.cluster;

/** Told by a group what became of its requests. */
interface Progress {

  /** The prompt is computed and the first token drawn. */
  void firstToken(SimGroup group, Job job, long now);

  /** The last token is drawn. */
  void finished(Job job, long now);
}
