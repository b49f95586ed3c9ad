package orderflow.cli.embedded;

import java.util.HashMap;
import java.util.Map;

/** Qpid settings that differ from its defaults, which are made for a dedicated server. */
final class EmbeddedBrokerSettings {
  private static final long MIB = 1024L * 1024;

  /** Heap for the JVM, the idle broker and the clients' buffers. */
  private static final long HEAP_FOR_OTHERS = 64 * MIB;

  /** Three times what a queued message takes (650 bytes): three queues may be full at once. */
  private static final long HEAP_BYTES_A_MESSAGE = 2 * 1024;

  private static final long FEWEST_MESSAGES = 10_000;

  private static final Map<String, String> COMMON =
      Map.ofEntries(
          // An unroutable mandatory message closes nothing.
          Map.entry("qpid.port.closeWhenNoRoute", "false"),
          // Bodies are delivered as they are: no compression of large ones.
          Map.entry("connection.messageCompressionThresholdSize", "-1"),
          // Qpid reads the expiration "60000" as a point in time in 1970 and drops the message;
          // never expiring is the lesser evil.
          Map.entry("queue.minimumMessageTtl", Long.toString(Long.MAX_VALUE)),
          Map.entry("broker.failStartupWithErroredChild", "true"),
          Map.entry("broker.failStartupWithErroredChildScope", "ALL"),
          // The pool of buffers outside the heap: at most 16 MiB instead of 256.
          Map.entry("qpid.broker.networkBufferSize", Long.toString(64 * 1024)),
          Map.entry("broker.directByteBufferPoolSize", "256"),
          Map.entry("broker.housekeepingThreadCount", "1"),
          Map.entry("virtualhost.housekeepingThreadCount", "1"),
          Map.entry("qpid.port.amqp.threadPool.size", "2"),
          Map.entry("qpid.port.amqp.threadPool.numberOfSelectors", "1"),
          Map.entry("virtualhost.connectionThreadPool.size", "16"),
          Map.entry("virtualhost.connectionThreadPool.numberOfSelectors", "1"),
          // A full queue blocks its publishers instead of filling the heap.
          Map.entry("queue.defaultOverflowPolicy", "PRODUCER_FLOW_CONTROL"));

  private static final Map<String, String> DURABLE =
      Map.ofEntries(
          Map.entry("qpid.broker.bdbTotalCacheSize", Long.toString(16 * MIB)),
          // Qpid blocks publishers on a disk that is 90% full; many healthy disks are.
          Map.entry("store.filesystem.maxUsagePercent", "0"),
          // The store refuses to write below this many free bytes, 5 GB by default.
          Map.entry("je.freeDisk", Long.toString(100 * MIB)));

  private EmbeddedBrokerSettings() {}

  /** Variables of an in-memory broker; {@code maxHeap} also limits the memory outside the heap. */
  static Map<String, String> inMemory(int port, long maxHeap) {
    Map<String, String> context = common(port, maxHeap);
    context.put("queue.defaultMaximumQueueDepthBytes", Long.toString(maxHeap / 4));
    return context;
  }

  /** Variables of a broker that keeps messages in {@code folder}. */
  static Map<String, String> durable(int port, long maxHeap, String folder) {
    Map<String, String> context = common(port, maxHeap);
    context.putAll(DURABLE);
    // Beyond this much memory, bodies are read back from disk when they are delivered.
    context.put("broker.flowToDiskThreshold", Long.toString(maxHeap / 4));
    context.put("qpid.work_dir", folder);
    return context;
  }

  /** Messages in a queue before its publishers are blocked. */
  static long queueLimit(long maxHeap) {
    return Math.max(FEWEST_MESSAGES, (maxHeap - HEAP_FOR_OTHERS) / HEAP_BYTES_A_MESSAGE);
  }

  /** The largest body: storing it takes a few times its size of the heap. */
  static long mostMessageBytes(long maxHeap) {
    return maxHeap / 8;
  }

  private static Map<String, String> common(int port, long maxHeap) {
    Map<String, String> context = new HashMap<>(COMMON);
    // Beyond this much, messages are copied out of buffers that they hardly fill.
    context.put("qpid.compact_memory_threshold", Long.toString(maxHeap / 4));
    context.put("qpid.max_message_size", Long.toString(mostMessageBytes(maxHeap)));
    context.put("qpid.amqp_port", Integer.toString(port));
    context.put("queue.defaultMaximumQueueDepthMessages", Long.toString(queueLimit(maxHeap)));
    return context;
  }
}
