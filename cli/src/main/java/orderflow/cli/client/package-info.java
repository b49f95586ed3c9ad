/** HTTP clients of the three services. */
@NullMarked
package orderflow.cli.client;

import org.jspecify.annotations.NullMarked;
