/** Points at which a process crashes on purpose, for tests of the whole flow. */
@NullMarked
package orderflow.failpoint;

import org.jspecify.annotations.NullMarked;
