@NullMarked
package orderflow.cli.prove.foreign;

import org.jspecify.annotations.NullMarked;
