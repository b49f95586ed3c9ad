@NullMarked
package orderflow.cli.report;

import org.jspecify.annotations.NullMarked;
