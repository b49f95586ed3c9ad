@NullMarked
package orderflow.http;

import org.jspecify.annotations.NullMarked;
