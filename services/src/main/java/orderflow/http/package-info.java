/**
 * An HTTP/1.1 server set up once, so that a service only says which paths it answers: bounded, with
 * deadlines, JSON errors, health and metrics built in. The only room that knows the HTTP library.
 *
 * <p>Helidon's HTTP/1.1 engine parses and answers the requests. Its own listener is not used: it
 * stops for ever at the first failed {@code accept} (out of file descriptors, say), has no deadline
 * for headers, bodies or slow readers, and when its connections are used up it leaves new clients
 * waiting behind idle ones. {@link orderflow.http.Acceptor}, {@link orderflow.http.Connections} and
 * {@link orderflow.http.Connection} are ours for these reasons, {@link orderflow.http.StrictReader}
 * because a lenient chunk parser invites request smuggling.
 */
@NullMarked
package orderflow.http;

import org.jspecify.annotations.NullMarked;
