/**
 * A real AMQP 0-9-1 broker inside this JVM, and the question whether one answers at an address. The
 * only room that knows the broker's library. Its log lines come from {@code org.apache.qpid} and
 * belong at WARN.
 */
@NullMarked
package orderflow.cli.embedded;

import org.jspecify.annotations.NullMarked;
