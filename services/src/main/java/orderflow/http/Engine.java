package orderflow.http;

import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.context.Context;
import io.helidon.http.DirectHandler;
import io.helidon.http.HttpLogConfig;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.Routing;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helidon's HTTP/1.1 engine, set up for this room: every service lookup off, since finding and
 * building features nobody uses took most of a start's time. Thread-safe.
 */
final class Engine implements ListenerContext, Router {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final int MAX_REQUEST_LINE = 4 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Limit unlimited = FixedLimit.create();
  private final ListenerConfig config;
  private final MediaContext media;
  private final ContentEncodingContext encodings;
  private final DirectHandlers errors;
  private final Context context;
  private final Http1ConnectionSelector selector;
  private final Dispatcher dispatcher;

  Engine(HttpSettings settings, Dispatcher dispatcher) {
    useEmptyRegistry();
    this.dispatcher = dispatcher;
    this.config =
        ListenerConfig.builder()
            .protocolsDiscoverServices(false)
            .maxPayloadSize(settings.maxBody())
            .buildPrototype();
    this.media =
        MediaContext.builder().mediaSupportsDiscoverServices(false).registerDefaults(false).build();
    this.encodings = new Uncompressed();
    this.errors = errors(dispatcher);
    this.context = Context.builder().id("http").build();
    this.selector =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxPrologueLength(MAX_REQUEST_LINE)
                    .maxHeadersSize(MAX_HEADERS)
                    .validateResponseHeaders(false)
                    .sendKeepAliveHeader(false)
                    .log(HttpLogConfig.builder().receiveLog(false).sendLog(false).build())
                    .buildPrototype())
            .build();
  }

  /**
   * Serves a connection's requests; returns when it should be closed.
   *
   * @throws CloseConnectionException likewise
   */
  void serve(Connection connection) {
    try {
      selector.connection(connection).handle(unlimited);
    } catch (ServerConnectionException e) {
      LOG.debug("a connection was lost", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public ListenerConfig config() {
    return config;
  }

  @Override
  public MediaContext mediaContext() {
    return media;
  }

  @Override
  public ContentEncodingContext contentEncodingContext() {
    return encodings;
  }

  @Override
  public DirectHandlers directHandlers() {
    return errors;
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public ExecutorService executor() {
    return executor;
  }

  @Override
  public <T extends Routing> T routing(Class<T> type, T defaultValue) {
    return type.isInstance(dispatcher) ? type.cast(dispatcher) : defaultValue;
  }

  @Override
  public List<? extends Routing> routings() {
    return List.of(dispatcher);
  }

  @Override
  public void beforeStart() {}

  @Override
  public void afterStop() {}

  private static DirectHandlers errors(Dispatcher dispatcher) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type, (request, event, status, headers, message) -> dispatcher.reject(status));
    }
    return handlers.build();
  }

  /**
   * Only this room uses Helidon; its process-wide registry would scan the class path for nothing.
   */
  private static synchronized void useEmptyRegistry() {
    if (!GlobalServiceRegistry.configured()) {
      ServiceRegistryConfig nothing =
          ServiceRegistryConfig.builder()
              .discoverServices(false)
              .discoverServicesFromServiceLoader(false)
              .useBinding(false)
              .build();
      GlobalServiceRegistry.registry(ServiceRegistryManager.create(nothing).registry());
    }
  }
}
