/**
 * The embedded broker: Apache Qpid Broker-J, adapted to behave like RabbitMQ. Only this package
 * imports Qpid.
 */
@NullMarked
package orderflow.cli.embedded;

import org.jspecify.annotations.NullMarked;
