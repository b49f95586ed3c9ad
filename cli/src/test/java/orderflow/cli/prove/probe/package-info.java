@NullMarked
package orderflow.cli.prove.probe;

import org.jspecify.annotations.NullMarked;
