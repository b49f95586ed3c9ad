package orderflow.cli.embedded;

import java.lang.reflect.Field;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.qpid.server.model.Broker;

/**
 * Two things the library gives no setting for, reached by reflection. A newer version that renames
 * them fails every start, so it is noticed at once.
 */
final class QpidInternals {
  private QpidInternals() {}

  /**
   * The library closes a broker from its own shutdown hook, at the same time as the services of
   * this process drain on SIGTERM. They need the broker for that: its owner closes it after them.
   */
  static void removeShutdownHook(Broker<?> broker) {
    try {
      Runtime.getRuntime().removeShutdownHook((Thread) field(broker, "_shutdownHook"));
    } catch (IllegalStateException e) {
      // The JVM is going down already: the hook runs, which is as good.
      return;
    }
  }

  /** Without this every close waits for a memory check that is due once a second. */
  static void dropDelayedTasksOnShutdown(Broker<?> broker) {
    ((ScheduledThreadPoolExecutor) field(broker, "_houseKeepingTaskExecutor"))
        .setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static Object field(Broker<?> broker, String name) {
    try {
      Class<?> type = broker.getClass();
      while (true) {
        try {
          Field field = type.getDeclaredField(name);
          field.setAccessible(true);
          return field.get(broker);
        } catch (NoSuchFieldException e) {
          type = type.getSuperclass();
          if (type == null) {
            throw e;
          }
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the broker library has changed: no field " + name, e);
    }
  }
}
