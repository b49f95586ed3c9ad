/** Looks at a running flow: status, trace and watch. */
@NullMarked
package orderflow.cli.operate;

import org.jspecify.annotations.NullMarked;
