/**
 * Private RabbitMQ nodes of an installed server, for {@code verify} and the tests; no service uses
 * this package.
 */
@NullMarked
package orderflow.rabbit;

import org.jspecify.annotations.NullMarked;
