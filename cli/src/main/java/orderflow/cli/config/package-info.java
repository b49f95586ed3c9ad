/** The file of contexts: named sets of values for the options that all commands have. */
@NullMarked
package orderflow.cli.config;

import org.jspecify.annotations.NullMarked;
