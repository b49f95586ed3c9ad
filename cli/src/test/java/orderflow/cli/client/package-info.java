@NullMarked
package orderflow.cli.client;

import org.jspecify.annotations.NullMarked;
