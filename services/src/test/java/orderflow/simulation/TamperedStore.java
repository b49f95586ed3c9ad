package orderflow.simulation;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.store.ForwardingStore;
import orderflow.store.Store;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** Changes the messages that a service appends to its outbox: for planted faults. */
final class TamperedStore extends ForwardingStore {
  private final Function<Message, List<Message>> instead;

  /**
   * @param instead returns the messages to append instead of a message
   */
  TamperedStore(Store real, Function<Message, List<Message>> instead) {
    super(real);
    this.instead = instead;
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    return super.write(durability, tx -> work.run(new TamperedTx(tx, instead)));
  }

  private record TamperedTx(Tx real, Function<Message, List<Message>> instead) implements Tx {
    @Override
    public int update(String sql, @Nullable Object... arguments) {
      return real.update(sql, arguments);
    }

    @Override
    public long insert(String sql, @Nullable Object... arguments) {
      long id = 0;
      if (arguments[0] instanceof String exchange
          && arguments[1] instanceof String routingKey
          && arguments[2] instanceof byte[] properties
          && arguments[3] instanceof byte[] body) {
        var message = new Message(exchange, routingKey, MessageProperties.decode(properties), body);
        for (Message each : instead.apply(message)) {
          id =
              real.insert(
                  sql,
                  each.exchange(),
                  each.routingKey(),
                  each.properties().encode(),
                  each.body(),
                  arguments[4]);
        }
      }
      return id;
    }

    @Override
    public <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... arguments) {
      return real.query(sql, mapper, arguments);
    }

    @Override
    public void each(String sql, Predicate<Row> visitor, @Nullable Object... arguments) {
      real.each(sql, visitor, arguments);
    }
  }
}
