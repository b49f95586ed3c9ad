/**
 * Shared test support: a real RabbitMQ (see {@link orderflow.testing.RealRabbit}) from a URI, a
 * Docker engine or an installed server; fault injection by a scripted broker and store, which run
 * step by step without threads; and {@link orderflow.testing.RawHttpClient}.
 */
@NullMarked
package orderflow.testing;

import org.jspecify.annotations.NullMarked;
