/** Global options, default values (flag, environment, context), converters and help. */
@NullMarked
package orderflow.cli.options;

import org.jspecify.annotations.NullMarked;
