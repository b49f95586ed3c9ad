/**
 * Runs a private RabbitMQ node from an installed server, for whoever proves the flow on a real
 * broker: {@code verify}, and the tests. No service knows it.
 */
@NullMarked
package orderflow.rabbit;

import org.jspecify.annotations.NullMarked;
