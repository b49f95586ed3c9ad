package orderflow.cli.io;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What holds from one line of a shell to the next: the common options that the shell was started
 * with, and how its person is asked. Used by one thread.
 */
public final class ShellSession {
  private final Map<String, String> options;
  private final Optional<Prompter> prompter;
  private final Consumer<String> orders;
  private boolean contextChosen;

  /**
   * @param options values by the option's longest name
   * @param asker empty for whoever answers on the standard input
   * @param orders is told the ids of orders that a command does not print
   */
  public ShellSession(
      Map<String, String> options, Optional<Prompter> asker, Consumer<String> orders) {
    this.options = Map.copyOf(options);
    this.prompter = asker;
    this.orders = orders;
  }

  /** How a person is asked where a question must not outlast Ctrl-C. */
  @FunctionalInterface
  public interface Prompter {
    /**
     * What was typed; empty when there will be no answer.
     *
     * @throws InterruptedException at Ctrl-C
     */
    Optional<String> ask(String question) throws InterruptedException;
  }

  public Optional<Prompter> prompter() {
    return prompter;
  }

  /** Tells the id of an order that a later line may be about. */
  public void recordOrder(String orderId) {
    orders.accept(orderId);
  }

  /** A line has chosen the current context: from now on it comes before what the shell was told. */
  public void chooseContext() {
    contextChosen = true;
  }

  public boolean contextChosen() {
    return contextChosen;
  }

  public Optional<String> option(String longestName) {
    return Optional.ofNullable(options.get(longestName));
  }
}
