package orderflow.simulation;

/** What goes wrong in a simulation, each with a rate of its own in each run. */
enum SimulatedFault {
  /**
   * A process ends at an arrow: before or after a commit, a publish, an acknowledgement, a poll.
   */
  CRASH,
  /** The machine of a process loses power: as a crash, and relaxed commits are undone. */
  POWER_CUT,
  /** A process is stopped in good order. */
  RESTART,
  /** A connection is cut; the broker notices at once. */
  CUT,
  /** A connection is cut; the broker notices later. */
  CUT_UNNOTICED,
  /** All connections are cut at once. */
  BROKER_RESTART,
  /** The broker blocks publishers for a while. */
  ALARM,
  /** The broker closes a channel: what it was still to read on it is gone. */
  CHANNEL_CLOSED,
  /** The broker cancels a consumer: nothing more is delivered, what was delivered stays valid. */
  CONSUMER_CANCELLED,
  /** The broker refuses a message, and may say so after it has confirmed the next ones. */
  NACK,
  /** The broker never answers for a message, which it took or did not take. */
  UNCONFIRMED,
  /** A queue is gone until the topology is declared again: messages for it are returned. */
  UNROUTABLE,
  /** The database is held by somebody else. */
  BUSY,
  /** The disk is full. */
  FULL,
  /** The commit fails. */
  COMMIT_FAILS,
  /** The commit succeeds, and says it failed. */
  COMMIT_ANSWER_LOST,
  /** The database refuses a transaction for good, and maybe the next ones as well. */
  REFUSED,
  /** A message is published once more. */
  DUPLICATE,
  /** Two waiting messages change places. */
  REORDER,
  /** The clock jumps, forward or back. */
  CLOCK_JUMP,
  /** Whoever is notified does not answer, or refuses. */
  NOTIFIER_FAILS,
  /** A client gets no answer to what it posted. */
  ANSWER_LOST
}
