/**
 * What the tests of every module share to meet real parts: here a real RabbitMQ, taken from a URI,
 * a Docker engine or an installed server. Start at {@link orderflow.testing.RealRabbit}.
 */
@NullMarked
package orderflow.testing;

import org.jspecify.annotations.NullMarked;
