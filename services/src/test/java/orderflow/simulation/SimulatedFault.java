package orderflow.simulation;

/** The faults of a simulation; each run has its own rate for each. */
enum SimulatedFault {
  /** A process ends before or after a commit, a publish, an acknowledgement or a poll. */
  CRASH,
  /** A crash of the machine: relaxed commits are undone as well. */
  POWER_CUT,
  /** A process is stopped and drains. */
  RESTART,
  /** A connection is cut; the broker notices at once. */
  CUT,
  /** A connection is cut; the broker notices later. */
  CUT_UNNOTICED,
  /** All connections are cut at once. */
  BROKER_RESTART,
  /** The broker blocks publishers for a while. */
  ALARM,
  /** The broker closes a channel and discards messages in flight. */
  CHANNEL_CLOSED,
  /** The broker cancels a consumer; its deliveries stay valid. */
  CONSUMER_CANCELLED,
  /** The broker nacks a message, possibly after confirming later ones. */
  NACK,
  /** The broker never confirms a message, which it may have accepted. */
  UNCONFIRMED,
  /** A message is returned because no queue takes it. */
  UNROUTABLE,
  /** Another program locks the database. */
  BUSY,
  /** The disk is full. */
  FULL,
  /** The commit fails. */
  COMMIT_FAILS,
  /** The commit succeeds but reports a failure. */
  COMMIT_RESULT_LOST,
  /** The database refuses a transaction permanently, and possibly the next ones. */
  REFUSED,
  /** A message is duplicated. */
  DUPLICATE,
  /** Two waiting messages change places. */
  REORDER,
  /** The clock jumps, forward or back. */
  CLOCK_JUMP,
  /** The notification server does not answer or refuses. */
  NOTIFIER_FAILS,
  /** A client gets no response to its request. */
  RESPONSE_LOST
}
