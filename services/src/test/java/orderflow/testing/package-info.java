/**
 * What the tests of every room and module share. To meet real parts: a real RabbitMQ, taken from a
 * URI, a Docker engine or an installed server; start at {@link orderflow.testing.RealRabbit}. And
 * fakes that simulate faults on purpose: a broker and a store that fail where a test tells them to.
 * Those go step by step and start no thread, so a test, or a seeded simulation, decides what
 * happens between any two steps.
 *
 * <p>{@link orderflow.testing.Wire} speaks HTTP byte for byte.
 */
@NullMarked
package orderflow.testing;

import org.jspecify.annotations.NullMarked;
