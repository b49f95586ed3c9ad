@NullMarked
package orderflow.cli.operate;

import org.jspecify.annotations.NullMarked;
