/** The order service: takes orders over HTTP, publishes them, and follows what became of them. */
@NullMarked
package orderflow.order;

import org.jspecify.annotations.NullMarked;
