package orderflow.cli.deadletter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.messaging.AmqpName;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;

/**
 * Whether there is what messages are sent to: a broker closes the channel over one that is sent
 * elsewhere, and with it all that was under way; and a name that AMQP does not take cannot be sent.
 * Each place is asked for once. Not thread-safe.
 */
public final class DestinationCheck {
  private final QueueBrowser browser;
  private final Map<String, Optional<String>> problems = new HashMap<>();
  private final Map<String, String> types = new HashMap<>();

  public DestinationCheck(QueueBrowser browser) {
    this.browser = browser;
  }

  /** Why {@code message} cannot be sent; empty when it can, or the broker does not tell. */
  Optional<String> problem(Message message) {
    return unsendable("the exchange it came from", message.exchange())
        .or(() ->
            unsendable(
                message.exchange().isEmpty() ? "the queue's name" : "its routing key",
                message.routingKey()))
        .or(() -> missing(message));
  }

  private static Optional<String> unsendable(String what, String name) {
    return AmqpName.problem(name).map(problem -> what + " " + problem + "; use --to");
  }

  private Optional<String> missing(Message message) {
    return problems.computeIfAbsent(
        message.exchange().isEmpty() ? "q " + message.routingKey() : "x " + message.exchange(),
        _ -> ask(message));
  }

  /**
   * Why the broker refused (nack) what was sent; it does not say itself.
   *
   * @param destinations the queues that it was for, as far as that is known
   */
  String nacked(List<String> destinations, String to) {
    String queues = destinations.isEmpty() ? "a queue of " + to : String.join(" or ", destinations);
    return queues
        + (mayLackMajority(destinations) ? " is full or has no majority" : " is full")
        + ": the broker refused it";
  }

  private boolean mayLackMajority(List<String> queues) {
    try {
      return queues.isEmpty()
          || queues.stream()
              .map(queue ->
                  types.computeIfAbsent(queue, name -> browser.queueProperties(name).type()))
              .anyMatch(type -> !type.equals("classic"));
    } catch (MessagingException e) {
      return true;
    }
  }

  private Optional<String> ask(Message message) {
    try {
      if (message.exchange().isEmpty()) {
        return browser.depth(message.routingKey()).isPresent()
            ? Optional.empty()
            : Optional.of("there is no queue " + message.routingKey());
      }
      return browser.hasExchange(message.exchange())
          ? Optional.empty()
          : Optional.of("there is no exchange " + message.exchange());
    } catch (MessagingException e) {
      return Optional.empty();
    }
  }
}
