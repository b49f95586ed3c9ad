/** Who is trusted and who we are, from PEM files, as the JDK's TLS wants it. */
@NullMarked
package orderflow.tls;

import org.jspecify.annotations.NullMarked;
