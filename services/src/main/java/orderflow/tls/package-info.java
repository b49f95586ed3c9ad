/** TLS contexts for the JDK from PEM files. */
@NullMarked
package orderflow.tls;

import org.jspecify.annotations.NullMarked;
