/**
 * The one consumer algorithm and the one outbox relay, which all three services share. What decides
 * here ({@link orderflow.delivery.BatchConsumer}, {@link orderflow.delivery.Relay}) goes step by
 * step and starts no thread; {@link orderflow.delivery.Worker} owns the threads.
 */
@NullMarked
package orderflow.delivery;

import org.jspecify.annotations.NullMarked;
