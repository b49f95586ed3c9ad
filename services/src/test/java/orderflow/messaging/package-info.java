@NullMarked
package orderflow.messaging;

import org.jspecify.annotations.NullMarked;
