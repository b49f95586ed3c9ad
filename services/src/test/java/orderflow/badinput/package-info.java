/**
 * Every bad input in the book, HTTP and AMQP, sent to the services as they really run. What only
 * concerns one room is tested in that room; here each row of the two catalogues meets a whole
 * service: what is answered or dead-lettered, that nothing else changed, and that the next good
 * request or message works.
 */
@NullMarked
package orderflow.badinput;

import org.jspecify.annotations.NullMarked;
