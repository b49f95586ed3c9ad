/** The services' HTTP endpoints, seen from outside. */
@NullMarked
package orderflow.cli.client;

import org.jspecify.annotations.NullMarked;
