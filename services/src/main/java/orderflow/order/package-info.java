/** The order service: accepts orders over HTTP, publishes them, and records their outcomes. */
@NullMarked
package orderflow.order;

import org.jspecify.annotations.NullMarked;
