@NullMarked
package orderflow.cli.config;

import org.jspecify.annotations.NullMarked;
