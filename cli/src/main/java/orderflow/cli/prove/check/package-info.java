/** The checker: a pure function of the client history and the observed state. */
@NullMarked
package orderflow.cli.prove.check;

import org.jspecify.annotations.NullMarked;
