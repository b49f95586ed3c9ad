package orderflow.cli.io;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The state of a shell that its lines share. Used by one thread. */
public final class ShellSession {
  private final Map<String, String> options;
  private final Optional<Prompter> prompter;
  private final Consumer<String> orders;
  private boolean contextChosen;

  /**
   * @param options the global options of the shell, by longest name
   * @param prompter empty to read answers from standard input
   * @param orders receives the ids of orders that a command does not print
   */
  public ShellSession(
      Map<String, String> options, Optional<Prompter> prompter, Consumer<String> orders) {
    this.options = Map.copyOf(options);
    this.prompter = prompter;
    this.orders = orders;
  }

  /** Asks a question on the terminal of the shell. */
  @FunctionalInterface
  public interface Prompter {
    /**
     * The answer; empty at the end of input.
     *
     * @throws InterruptedException at Ctrl-C
     */
    Optional<String> ask(String question) throws InterruptedException;
  }

  public Optional<Prompter> prompter() {
    return prompter;
  }

  /** Records the id of an order, for completion in later lines. */
  public void recordOrder(String orderId) {
    orders.accept(orderId);
  }

  /** Gives the current context precedence over the options of the shell, from now on. */
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
