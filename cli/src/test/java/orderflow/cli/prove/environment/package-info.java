@NullMarked
package orderflow.cli.prove.environment;

import org.jspecify.annotations.NullMarked;
