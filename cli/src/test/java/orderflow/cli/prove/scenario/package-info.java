@NullMarked
package orderflow.cli.prove.scenario;

import org.jspecify.annotations.NullMarked;
