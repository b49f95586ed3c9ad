/** Variants of the services with one planted bug each, which {@code verify} must find. */
@NullMarked
package orderflow.cli.prove.variants;

import org.jspecify.annotations.NullMarked;
