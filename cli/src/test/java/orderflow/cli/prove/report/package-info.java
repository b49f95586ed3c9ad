@NullMarked
package orderflow.cli.prove.report;

import org.jspecify.annotations.NullMarked;
