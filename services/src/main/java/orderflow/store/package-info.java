/**
 * Durable state: one database a service, its transactions, and the differences between databases.
 * The only package that uses JDBC.
 */
@NullMarked
package orderflow.store;

import org.jspecify.annotations.NullMarked;
