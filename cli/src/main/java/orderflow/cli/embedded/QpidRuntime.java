package orderflow.cli.embedded;

import java.lang.reflect.Field;
import java.net.URL;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.security.auth.Subject;
import org.apache.qpid.server.configuration.updater.TaskExecutor;
import org.apache.qpid.server.configuration.updater.TaskExecutorImpl;
import org.apache.qpid.server.logging.EventLogger;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.security.SubjectExecutionContext;
import org.apache.qpid.server.security.auth.TaskPrincipal;
import org.apache.qpid.server.store.MemorySystemConfigImplFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Qpid broker. Does what Qpid's launcher does, but prints nothing, sets no system
 * properties and reports every failed start. Used by one thread.
 */
final class QpidRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(QpidRuntime.class);

  private final TaskExecutor executor;
  private final SystemConfig<?> system;

  private QpidRuntime(TaskExecutor executor, SystemConfig<?> system) {
    this.executor = executor;
    this.system = system;
  }

  /**
   * Starts the broker of {@code configuration} with {@code context} as its variables, and returns
   * when clients can connect.
   *
   * @throws RuntimeException Qpid's own, when any part did not start; nothing is left running
   */
  static QpidRuntime start(URL configuration, Map<String, String> context, Duration closeLimit) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(new PluginLoader(QpidRuntime.class.getClassLoader()));
    try {
      QpidRuntime runtime = create(configuration, context);
      boolean started = false;
      try {
        runtime.open();
        started = true;
        return runtime;
      } finally {
        if (!started) {
          runtime.close(closeLimit);
        }
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static QpidRuntime create(URL configuration, Map<String, String> context) {
    TaskExecutor executor = new TaskExecutorImpl();
    executor.start();
    Map<String, Object> attributes =
        Map.of(
            SystemConfig.TYPE,
            "Memory",
            SystemConfig.INITIAL_CONFIGURATION_LOCATION,
            configuration.toString(),
            SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT,
            false,
            Broker.PREFERENCE_STORE_ATTRIBUTES,
            Map.of("type", "Noop"),
            SystemConfig.CONTEXT,
            context);
    SystemConfig<?> system =
        new MemorySystemConfigImplFactory()
            .newInstance(
                executor,
                new EventLogger(new BrokerEventLogger()),
                SystemPrincipal.INSTANCE,
                attributes);
    return new QpidRuntime(executor, system);
  }

  private void open() {
    Set<Principal> principals = Set.of(SystemPrincipal.INSTANCE, new TaskPrincipal("Broker"));
    Subject subject = new Subject(true, principals, Set.of(), Set.of());
    SubjectExecutionContext.withSubject(subject, (Runnable) system::open);
    Broker<?> broker = broker();
    if (broker.getState() != State.ACTIVE) {
      throw new IllegalStateException("the broker is " + broker.getState());
    }
    removeShutdownHook(broker);
    dropDelayedTasksOnShutdown(broker);
  }

  /**
   * Removes Qpid's own shutdown hook: on SIGTERM the services of this process drain and still need
   * the broker, which its owner closes after them.
   */
  private static void removeShutdownHook(Broker<?> broker) {
    try {
      Runtime.getRuntime().removeShutdownHook((Thread) field(broker, "_shutdownHook"));
    } catch (IllegalStateException e) {
      return; // the JVM is shutting down and the hook runs
    }
  }

  /** Otherwise every close waits for a memory check that is due once a second. */
  private static void dropDelayedTasksOnShutdown(Broker<?> broker) {
    ((ScheduledThreadPoolExecutor) field(broker, "_houseKeepingTaskExecutor"))
        .setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** A field without a setting; a Qpid version that renames it fails every start. */
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

  /** The port that clients connect to. */
  int port() {
    return broker().getPorts().stream().mapToInt(Port::getBoundPort).findFirst().orElseThrow();
  }

  /** Closes connections, threads and files; gives up with a warning after {@code limit}. */
  void close(Duration limit) {
    try {
      system.closeAsync().get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the embedded broker did not close within {} ms", limit.toMillis());
    } catch (ExecutionException e) {
      LOG.warn("the embedded broker did not close cleanly: {}", String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      executor.stopImmediately();
    }
  }

  Broker<?> broker() {
    return (Broker<?>) system.getContainer();
  }

  private enum SystemPrincipal implements Principal {
    INSTANCE;

    @Override
    public String getName() {
      return "SYSTEM";
    }
  }
}
