package orderflow.messaging;

import java.io.IOException;

/** A message is too large for the memory of this process; the client closes the connection. */
final class MessageTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final long MEGABYTE = 1024 * 1024;

  /** Java reports up to a tenth less memory than the heap it was given. */
  private static final long UNREPORTED = 10;

  private static final long HEAP_STEP = 64;

  private final long bytes;
  private final int limit;

  MessageTooLargeException(long bytes, int limit) {
    super("a message of %d bytes is larger than the limit of %d".formatted(bytes, limit));
    this.bytes = bytes;
    this.limit = limit;
  }

  /** The error for the consumer of {@code queue}, with what to do. */
  String explained(String queue) {
    return "%s is blocked: a message at its head has %d bytes, more than the limit of %d; remove it with the broker's own tools%s"
        .formatted(queue, bytes, limit, heapAdvice(bytes, Runtime.getRuntime().maxMemory()));
  }

  /**
   * Recommends a heap that is large enough; empty when this one is.
   *
   * @param memory as Java reports it
   */
  static String heapAdvice(long bytes, long memory) {
    if (bytes >= RabbitBroker.MOST_MESSAGE_BYTES) {
      return "; a larger heap does not help, the limit is %d bytes"
          .formatted(RabbitBroker.MOST_MESSAGE_BYTES - 1);
    }
    long needed = bytes * RabbitBroker.HEAP_SHARE;
    return needed <= memory
        ? ""
        : ", or start this program with a heap (-Xmx) of %d MB"
            .formatted(
                (needed + needed / UNREPORTED) / MEGABYTE / HEAP_STEP * HEAP_STEP + HEAP_STEP);
  }
}
