/** The inventory service: reserves stock for orders, once each, and publishes the outcome. */
@NullMarked
package orderflow.inventory;

import org.jspecify.annotations.NullMarked;
