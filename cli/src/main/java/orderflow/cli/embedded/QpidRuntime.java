package orderflow.cli.embedded;

import java.net.URL;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
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
 * One running broker of the library's. Does what the library's launcher does, without its writing
 * to stdout, its setting of system properties and its swallowing of start-up failures. Started and
 * closed by one thread.
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
   * Starts the broker that {@code configuration} describes, with {@code context} for its variables.
   * Returns when clients can connect.
   *
   * @throws RuntimeException the library's own, when any part of it did not come up; nothing is
   *     left running then
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
    QpidInternals.removeShutdownHook(broker);
    QpidInternals.dropDelayedTasksOnShutdown(broker);
  }

  /** The port clients connect to. */
  int port() {
    return broker().getPorts().stream().mapToInt(Port::getBoundPort).findFirst().orElseThrow();
  }

  /**
   * Ends the broker: connections, threads, files. After {@code limit} it is left to itself, with a
   * warning. Never throws.
   */
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

  /** Who the broker is to itself. */
  private enum SystemPrincipal implements Principal {
    INSTANCE;

    @Override
    public String getName() {
      return "SYSTEM";
    }
  }
}
