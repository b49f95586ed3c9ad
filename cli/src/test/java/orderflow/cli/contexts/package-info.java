@NullMarked
package orderflow.cli.contexts;

import org.jspecify.annotations.NullMarked;
