package dev.guildhall.engine.cluster;

import java.util.List;

/** The ranks of a group as one of them reaches them before it is a member. */
interface OtherRanks extends AutoCloseable {

  /** What those that answer within a second say of their groups. */
  List<Election.Says> ask(List<Integer> ranks);

  /** A rank as the keeper of the membership. */
  Coordinator at(int rank);

  /** Closes the ways to all others but one. */
  void keepOnly(int rank);

  @Override
  void close();
}
