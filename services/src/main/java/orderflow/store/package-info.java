/**
 * Durable state: one database a service, its transactions, and the differences between databases.
 * The only room that knows JDBC.
 */
@NullMarked
package orderflow.store;

import org.jspecify.annotations.NullMarked;
