@NullMarked
package orderflow.cli.embedded;

import org.jspecify.annotations.NullMarked;
