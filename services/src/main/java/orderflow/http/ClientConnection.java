package orderflow.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One client's socket, with a total deadline for each phase of a request; Jetty's own timeouts
 * start again with each byte.
 *
 * <p>The thread that handles a request moves the connection from phase to phase. Any thread may
 * call {@link #expire}, {@link #evict} and {@code close}: they change the phase by compare-and-set,
 * so no request gets both a response and a timeout.
 */
final class ClientConnection extends SocketChannelEndPoint {
  private static final Duration LAST_RESPONSE = Duration.ofSeconds(5);
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final int DISCARD_BUFFER = 1024;
  private static final long NEVER = Long.MAX_VALUE;

  /** How much larger than its largest content a body may be, with its framing. */
  private static final int MAX_FRAMING = 8;

  /** The phases of a connection; the metrics show how many connections are in each. */
  enum Phase {
    /** Waits for the first byte of a request. */
    IDLE,
    /** Part of a TLS handshake or of a request's headers has arrived. */
    HEAD,
    /** The headers are complete, the body is being read. */
    BODY,
    /** An endpoint handles the request; no deadline. */
    WORK,
    /** The response is being sent. */
    WRITE,
    /**
     * The last response is sent. What still arrives is discarded: closing a socket with unread
     * bytes sends a reset, and the client could not read the response.
     */
    LINGER,
    /** The socket is closed. */
    CLOSED
  }

  private record State(Phase phase, long since, long deadline) {
    static State of(Phase phase, Duration timeout) {
      long now = System.nanoTime();
      return new State(phase, now, now + timeout.toNanos());
    }
  }

  /** The connection ended while a request was handled: nothing more can be sent on it. */
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndedException() {
      super("the connection has ended", null, false, false);
    }
  }

  private final Connections connections;
  private final HttpSettings settings;
  private final AtomicReference<State> state;
  private volatile boolean refused;
  private volatile boolean hasServed;
  private volatile boolean discarding;

  /** Counts the request whose body is being read, if the connection ends meanwhile. */
  private IntConsumer bodyEnded = _ -> {};

  /** Bytes of the current body with its chunk sizes, extensions and trailers. */
  private long bodyBytes;

  ClientConnection(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Connections connections,
      HttpSettings settings) {
    super(channel, selector, key, scheduler);
    this.connections = connections;
    this.settings = settings;
    this.state = new AtomicReference<>(State.of(Phase.IDLE, settings.timeouts().idle()));
  }

  /** The connection on which {@code request} arrived. */
  static ClientConnection of(Request request) {
    return of(request.getConnectionMetaData().getConnection().getEndPoint());
  }

  static ClientConnection of(EndPoint endPoint) {
    return (ClientConnection) (endPoint instanceof EndPoint.Wrapper tls ? tls.unwrap() : endPoint);
  }

  // Called by the thread that parses or handles a request. startBody, startWork and startWrite
  // throw EndedException when the connection has ended.

  /** Part of a request is there, or of a TLS handshake. */
  void startHead() {
    replace(Phase.IDLE, State.of(Phase.HEAD, settings.timeouts().header()));
  }

  /** The TLS handshake is done, no request has begun. */
  void endHandshake() {
    replace(Phase.HEAD, State.of(Phase.IDLE, settings.timeouts().idle()));
  }

  private void replace(Phase phase, State next) {
    State seen = state.get();
    if (seen.phase() == phase) {
      state.compareAndSet(seen, refused ? State.of(next.phase(), LAST_RESPONSE) : next);
    }
  }

  /** {@code ended} receives the status if the connection ends before the body is read. */
  void startBody(IntConsumer ended) {
    bodyBytes = 0;
    bodyEnded = ended;
    enter(State.of(Phase.BODY, settings.timeouts().body()));
  }

  void startWork() {
    enter(new State(Phase.WORK, System.nanoTime(), NEVER));
  }

  void startWrite() {
    enter(State.of(Phase.WRITE, settings.timeouts().write()));
  }

  /** The response is sent; the connection may carry another request. */
  void startIdle() {
    hasServed = true;
    tryEnter(State.of(Phase.IDLE, settings.timeouts().idle()));
  }

  /**
   * Discards what still arrives, until the client closes or the time is up; then calls {@code end}.
   */
  void linger(Runnable end) {
    if (tryEnter(State.of(Phase.LINGER, LINGER))) {
      endPoint().shutdownOutput();
      discarding = true;
      discard(end);
    } else {
      end.run();
    }
  }

  private void discard(Runnable end) {
    try {
      ByteBuffer buffer = BufferUtil.allocate(DISCARD_BUFFER);
      if (fill(buffer) < 0
          || !tryFillInterested(
              Callback.from(InvocationType.NON_BLOCKING, () -> discard(end), _ -> end.run()))) {
        end.run();
      }
    } catch (IOException e) {
      end.run();
    }
  }

  private void enter(State next) {
    if (!tryEnter(next)) {
      throw new EndedException();
    }
  }

  private boolean tryEnter(State next) {
    State seen = state.get();
    return seen.phase() != Phase.LINGER
        && seen.phase() != Phase.CLOSED
        && state.compareAndSet(seen, next);
  }

  // Called by any thread.

  Phase phase() {
    return state.get().phase();
  }

  boolean usesTls() {
    return getConnection() instanceof SslConnection;
  }

  /** When the present phase began, by {@link System#nanoTime}. */
  long since() {
    return state.get().since();
  }

  /** Whether a request was ever answered on this connection. */
  boolean hasServed() {
    return hasServed;
  }

  /** There is no room for this connection: its first request gets 503. */
  void refuse() {
    refused = true;
    state.set(State.of(Phase.IDLE, LAST_RESPONSE));
  }

  boolean isRefused() {
    return refused;
  }

  /** Ends the present phase if its deadline has passed. Does not block. */
  void expire(long now) {
    State seen = state.get();
    if (seen.deadline() != NEVER && now - seen.deadline() >= 0) {
      end(seen, 408);
    }
  }

  /** Whether part of a request has arrived. */
  boolean isReceiving() {
    Phase phase = phase();
    return phase == Phase.HEAD || phase == Phase.BODY;
  }

  /**
   * Ends the connection to make room, unless a request is being handled or answered. Does not
   * block.
   *
   * @return whether it ended
   */
  boolean evict() {
    State seen = state.get();
    return switch (seen.phase()) {
      case IDLE, HEAD, BODY -> end(seen, 408);
      case WORK, WRITE, LINGER, CLOSED -> false;
    };
  }

  /**
   * @param status for the client when part of a request has arrived
   */
  private boolean end(State seen, int status) {
    return switch (seen.phase()) {
      case IDLE, WRITE, LINGER -> {
        if (!state.compareAndSet(seen, new State(Phase.CLOSED, seen.since(), NEVER))) {
          yield false;
        }
        close();
        yield true;
      }
      case HEAD, BODY -> {
        if (!state.compareAndSet(seen, State.of(Phase.LINGER, LAST_RESPONSE))) {
          yield false;
        }
        if (seen.phase() == Phase.BODY) {
          bodyEnded.accept(status);
        } else {
          connections.countRejected(status, seen.since());
        }
        sendLast(Problems.ofStatus(status).response());
        yield true;
      }
      case WORK, CLOSED -> false;
    };
  }

  /** Sends a response past Jetty, which has no request yet or has a thread waiting for its body. */
  private void sendLast(Response response) {
    EndPoint client = endPoint();
    Callback sent =
        Callback.from(
            InvocationType.NON_BLOCKING,
            () -> {
              client.shutdownOutput();
              discarding = true;
              State seen = state.get();
              if (seen.phase() == Phase.LINGER) {
                state.compareAndSet(seen, State.of(Phase.LINGER, LINGER));
              }
            },
            this::close);
    try {
      client.write(sent, response.encodeAsLast());
    } catch (WritePendingException e) {
      close(); // the client has not even read its 100 Continue
    }
  }

  /** What writes to the client, encrypted if need be. */
  private EndPoint endPoint() {
    return getConnection() instanceof SslConnection tls ? tls.getSslEndPoint() : this;
  }

  // Called by Jetty.

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    int length = super.fill(buffer);
    if (!discarding) {
      received(length);
    }
    while (discarding && length > 0) {
      BufferUtil.clear(buffer);
      length = super.fill(buffer);
    }
    return length;
  }

  private void received(int length) {
    State seen = state.get();
    switch (seen.phase()) {
      case IDLE -> {
        if (length > 0) {
          startHead();
        }
      }
      case HEAD -> {
        // Jetty would shut down the output, sometimes before it has sent its response.
        if (length < 0 && !(getConnection() instanceof SslConnection)) {
          end(seen, 400);
        }
      }
      case BODY -> {
        bodyBytes += length;
        // Jetty bounds neither the number of chunks nor their extensions.
        if (bodyBytes > MAX_FRAMING * (settings.maxBody() + 1024L)) {
          end(seen, 400);
        }
      }
      case WORK, WRITE, LINGER, CLOSED -> {}
    }
  }

  @Override
  public void onClose(Throwable cause) {
    state.set(new State(Phase.CLOSED, System.nanoTime(), NEVER));
    connections.remove(this);
    super.onClose(cause);
  }
}
