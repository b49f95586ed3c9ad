@NullMarked
package orderflow.cli.io;

import org.jspecify.annotations.NullMarked;
