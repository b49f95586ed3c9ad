@NullMarked
package orderflow.cli.scenario;

import org.jspecify.annotations.NullMarked;
