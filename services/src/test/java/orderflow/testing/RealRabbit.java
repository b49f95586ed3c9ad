package orderflow.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * These tests need a real RabbitMQ, and take it as a parameter of type {@link RabbitNode}:
 *
 * <pre>
 *   &#64;RealRabbit
 *   final class PublisherTest {
 *     &#64;Test
 *     void confirms(RabbitNode rabbit) throws Exception {
 *       connect(rabbit.freshUri());
 *     }
 *   }
 * </pre>
 *
 * <p>The first available source of these is used. The broker starts on first use, is shared by all
 * tests of the JVM, and is removed when the JVM ends:
 *
 * <ol>
 *   <li>{@code uri}: the broker at {@code ORDERFLOW_TEST_AMQP_URI}; when set, it must answer
 *   <li>{@code docker}: a container, on the engine Testcontainers finds
 *   <li>{@code local}: an installed {@code rabbitmq-server}, run as a private node
 * </ol>
 *
 * <p>Environment {@code ORDERFLOW_TEST_RABBIT=uri|docker|local} allows that one only. With none of
 * them each test is skipped with the reasons, or fails where the system property {@code
 * orderflow.real} is {@code required}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("real-rabbit")
@ExtendWith(RealRabbitExtension.class)
public @interface RealRabbit {
  /** Whether the tests stop, kill or configure the broker, which a given broker does not allow. */
  boolean control() default false;
}
