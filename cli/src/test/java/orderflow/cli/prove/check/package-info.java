@NullMarked
package orderflow.cli.prove.check;

import org.jspecify.annotations.NullMarked;
