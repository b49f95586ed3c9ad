package orderflow.cli.embedded;

import java.util.HashMap;
import java.util.Map;

/** How the library's defaults, made for a broker on a server of its own, are changed. */
final class EmbeddedBrokerSettings {
  private static final long MIB = 1024L * 1024;

  /** What the JVM itself, the broker at rest and the clients' buffers need of the heap. */
  private static final long HEAP_FOR_OTHERS = 64 * MIB;

  /**
   * Three times the heap that a queued message takes (about 650 bytes beside its body and headers,
   * which lie outside the heap): three queues may fill up at the same time.
   */
  private static final long HEAP_BYTES_A_MESSAGE = 2 * 1024;

  private static final long FEWEST_MESSAGES = 10_000;

  private static final Map<String, String> COMMON =
      Map.ofEntries(
          // An unroutable mandatory message closes nothing.
          Map.entry("qpid.port.closeWhenNoRoute", "false"),
          // Bodies pass as they are; the library would pack large ones for who can unpack them.
          Map.entry("connection.messageCompressionThresholdSize", "-1"),
          // The library takes an expiration of "60000" for one minute past midnight of 1 January
          // 1970 and drops the message. Kept for ever is the lesser evil.
          Map.entry("queue.minimumMessageTtl", Long.toString(Long.MAX_VALUE)),
          Map.entry("broker.failStartupWithErroredChild", "true"),
          Map.entry("broker.failStartupWithErroredChildScope", "ALL"),
          // Buffers are kept for reuse outside the heap: at most 16 MiB here, 256 by default.
          Map.entry("qpid.broker.networkBufferSize", Long.toString(64 * 1024)),
          Map.entry("broker.directByteBufferPoolSize", "256"),
          Map.entry("broker.housekeepingThreadCount", "1"),
          Map.entry("virtualhost.housekeepingThreadCount", "1"),
          Map.entry("qpid.port.amqp.threadPool.size", "2"),
          Map.entry("qpid.port.amqp.threadPool.numberOfSelectors", "1"),
          Map.entry("virtualhost.connectionThreadPool.size", "16"),
          Map.entry("virtualhost.connectionThreadPool.numberOfSelectors", "1"),
          // A full queue stops its publishers, as a full RabbitMQ does, instead of the JVM.
          Map.entry("queue.defaultOverflowPolicy", "PRODUCER_FLOW_CONTROL"));

  private static final Map<String, String> DURABLE =
      Map.ofEntries(
          Map.entry("qpid.broker.bdbTotalCacheSize", Long.toString(16 * MIB)),
          // Blocks publishers when the disk is 90% full, which many a healthy laptop's is.
          Map.entry("store.filesystem.maxUsagePercent", "0"),
          // The store refuses to write below this many free bytes; its default is 5 GB.
          Map.entry("je.freeDisk", Long.toString(100 * MIB)));

  private EmbeddedBrokerSettings() {}

  /**
   * The variables for a broker that keeps messages in memory, where the JVM allows {@code maxHeap}
   * bytes on the heap and, as is the default, as many outside it.
   */
  static Map<String, String> inMemory(int port, long maxHeap) {
    Map<String, String> context = common(port, maxHeap);
    context.put("queue.defaultMaximumQueueDepthBytes", Long.toString(maxHeap / 4));
    return context;
  }

  /** The variables for a broker that keeps messages in {@code folder}, and bodies there only. */
  static Map<String, String> durable(int port, long maxHeap, String folder) {
    Map<String, String> context = common(port, maxHeap);
    context.putAll(DURABLE);
    // Beyond this much outside the heap, bodies are dropped there and read back when delivered.
    context.put("broker.flowToDiskThreshold", Long.toString(maxHeap / 4));
    context.put("qpid.work_dir", folder);
    return context;
  }

  /** How many messages a queue takes before its publishers have to wait. */
  static long queueLimit(long maxHeap) {
    return Math.max(FEWEST_MESSAGES, (maxHeap - HEAP_FOR_OTHERS) / HEAP_BYTES_A_MESSAGE);
  }

  /** How large a body may be: storing one takes a few times that of the heap. */
  static long mostMessageBytes(long maxHeap) {
    return maxHeap / 8;
  }

  private static Map<String, String> common(int port, long maxHeap) {
    Map<String, String> context = new HashMap<>(COMMON);
    // From here on, messages are moved out of buffers that they hardly fill.
    context.put("qpid.compact_memory_threshold", Long.toString(maxHeap / 4));
    context.put("qpid.max_message_size", Long.toString(mostMessageBytes(maxHeap)));
    context.put("qpid.amqp_port", Integer.toString(port));
    context.put("queue.defaultMaximumQueueDepthMessages", Long.toString(queueLimit(maxHeap)));
    return context;
  }
}
