/**
 * Sends bad input by HTTP and AMQP to complete services. Each row of the two catalogues checks the
 * response or the dead letter, that nothing else changed, and that the next good request or message
 * works.
 */
@NullMarked
package orderflow.badinput;

import org.jspecify.annotations.NullMarked;
