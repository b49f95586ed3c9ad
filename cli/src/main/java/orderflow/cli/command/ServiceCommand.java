package orderflow.cli.command;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.Logging;
import orderflow.cli.options.GlobalOptions;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import picocli.CommandLine.Mixin;

/** A command that runs one service until it is interrupted. */
abstract class ServiceCommand implements Callable<Integer> {
  private final CliContext cli;
  private final ServiceName name;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private ServeOptions serve = new ServeOptions();

  ServiceCommand(CliContext cli, ServiceName name) {
    this.cli = cli;
    this.name = name;
  }

  GlobalOptions global() {
    return global;
  }

  abstract int port();

  abstract RunningService start(ServiceSettings settings);

  @Override
  public final Integer call() throws Exception {
    Logging.configureForServices(serve.logFormat());
    var settings = serve.settings(cli, global, global.broker(name + "_service"), port());
    Supplier<RunningService> starting = () -> start(settings);
    RunningService service = AlreadyRunningCheck.start(serve, name, port(), starting);
    return ServiceRunner.runUntilInterrupted(cli, name + " service", service);
  }
}
