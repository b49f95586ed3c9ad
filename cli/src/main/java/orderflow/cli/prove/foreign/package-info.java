/** Services that are not ours: how verify starts and observes them, read from a flow file. */
@NullMarked
package orderflow.cli.prove.foreign;

import org.jspecify.annotations.NullMarked;
