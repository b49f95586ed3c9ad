/**
 * An HTTP/1.1 server configured once, so that a service only declares its paths: limits, deadlines,
 * JSON errors, health and metrics are built in. The only package that imports Jetty.
 *
 * <p>Jetty parses requests and writes responses. {@link orderflow.http.ClientConnection} and {@link
 * orderflow.http.Connections} add what it does not have: a total deadline for headers, body and
 * response, and a full server that closes idle and slow connections instead of refusing new ones.
 */
@NullMarked
package orderflow.http;

import org.jspecify.annotations.NullMarked;
