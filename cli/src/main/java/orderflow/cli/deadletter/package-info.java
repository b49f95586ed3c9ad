/** Dead letters: reading them as they lie in their queue. */
@NullMarked
package orderflow.cli.deadletter;

import org.jspecify.annotations.NullMarked;
