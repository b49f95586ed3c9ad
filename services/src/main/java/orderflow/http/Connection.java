package orderflow.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One client's connection: a socket for the engine to read and write, and the state that gives each
 * phase of a request its deadline.
 *
 * <p>A virtual thread of its own serves the connection; that thread alone moves it through the
 * living phases. Any thread may call {@link #expire}, {@link #evict} and {@link #abort}: they move
 * it to an ending phase by compare-and-set, and the serving thread finds out at its next move, read
 * or write. So no request is half answered and half timed out.
 */
final class Connection implements ConnectionContext, DataWriter {
  private static final int READ_BUFFER = 4 * 1024;
  private static final int WRITE_CHUNK = 64 * 1024;
  private static final Duration LAST_WORD = Duration.ofSeconds(5);
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final long NEVER = Long.MAX_VALUE;

  /** Where a connection is in its life. */
  enum Phase {
    /** Waits for the first byte of a request. */
    IDLE,
    /** Some of a request's head has arrived. */
    HEAD,
    /** The head is complete, the body is being read. */
    BODY,
    /** An endpoint works on the request; no deadline. */
    WORK,
    /** Bytes are being sent. */
    WRITE,
    /**
     * Answered for the last time; what still arrives is thrown away, so that the client can read
     * the answer: closing on unread bytes would make the kernel send a reset instead.
     */
    LINGER,
    /** The socket is closed. */
    CLOSED
  }

  private record State(Phase phase, long since, long deadline) {}

  private final ClientSocket socket;
  private final Engine engine;
  private final HttpSettings settings;
  private final StrictReader reader = new StrictReader(this::read);
  private final ByteBuffer readBuffer = ByteBuffer.allocate(READ_BUFFER);
  private final AtomicReference<State> state;
  private volatile boolean answered;
  private boolean begun;

  Connection(SocketChannel channel, Engine engine, HttpSettings settings) {
    this.socket = ClientSocket.over(channel, settings.tls());
    this.engine = engine;
    this.settings = settings;
    this.state = new AtomicReference<>(starting(Phase.IDLE, settings.idleTimeout()));
  }

  /** Serves requests until the connection ends. Returns with the socket closed. */
  void serve() {
    try {
      engine.serve(this);
      linger();
    } catch (CloseConnectionException e) {
      linger();
    } finally {
      abort();
    }
  }

  /** Sends {@code problem} unasked. Returns with the socket closed. */
  void refuse(Answer problem) {
    try {
      enter(lastingFor(LAST_WORD));
      lastWord(problem);
      linger();
    } catch (CloseConnectionException e) {
      // The server closes at the same time.
    } finally {
      abort();
    }
  }

  // What the serving thread calls.

  /** The head has been read and a body follows. */
  void startBody(boolean chunked) {
    reader.chunked(chunked);
    enter(starting(Phase.BODY, settings.bodyTimeout()));
  }

  /** The request is complete. */
  void startWork() {
    enter(new State(Phase.WORK, System.nanoTime(), NEVER));
  }

  /** The request has been answered. */
  void startIdle() {
    answered = true;
    enter(starting(Phase.IDLE, settings.idleTimeout()));
  }

  // What any thread may call.

  Phase phase() {
    return state.get().phase();
  }

  /** When the present phase began, by {@link System#nanoTime}. */
  long since() {
    return state.get().since();
  }

  /** Whether a request was ever answered here. */
  boolean answered() {
    return answered;
  }

  /** Ends the present phase if its deadline has passed. Does not block. */
  void expire(long now) {
    State seen = state.get();
    if (seen.deadline() != NEVER && now - seen.deadline() >= 0) {
      end(seen);
    }
  }

  /** Whether a request is on its way in. */
  boolean isReceiving() {
    Phase phase = phase();
    return phase == Phase.HEAD || phase == Phase.BODY;
  }

  /**
   * Ends the connection for another's sake, unless a request is being worked on or answered. Does
   * not block.
   *
   * @return whether it did
   */
  boolean evict() {
    State seen = state.get();
    return switch (seen.phase()) {
      case IDLE, HEAD, BODY -> end(seen);
      case WORK, WRITE, LINGER, CLOSED -> false;
    };
  }

  /** Closes the socket, whatever goes on. */
  void abort() {
    state.set(new State(Phase.CLOSED, System.nanoTime(), NEVER));
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to close.
    }
  }

  private boolean end(State seen) {
    return switch (seen.phase()) {
      case IDLE -> {
        boolean ended = state.compareAndSet(seen, new State(Phase.CLOSED, 0, NEVER));
        if (ended) {
          abort();
        }
        yield ended;
      }
      case HEAD, BODY -> {
        boolean ended = state.compareAndSet(seen, lastingFor(LAST_WORD));
        if (ended) {
          engine.executor().execute(() -> lastWord(Problems.ofStatus(408).answer()));
        }
        yield ended;
      }
      case WRITE, LINGER -> {
        abort();
        yield true;
      }
      case WORK, CLOSED -> false;
    };
  }

  /** An answer outside the engine's course, after which the connection only lingers. */
  private void lastWord(Answer answer) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(RawAnswer.bytes(answer));
      while (bytes.hasRemaining()) {
        socket.write(bytes);
      }
      socket.endOutput();
      State seen = state.get();
      if (seen.phase() == Phase.LINGER) {
        state.compareAndSet(seen, lastingFor(LINGER));
      }
    } catch (IOException e) {
      abort();
    }
  }

  private void linger() {
    State seen = state.get();
    try {
      switch (seen.phase()) {
        case IDLE, HEAD, BODY, WORK, WRITE -> {
          if (state.compareAndSet(seen, lastingFor(LINGER))) {
            socket.endOutput();
          }
          drain();
        }
        // Whoever moved it here still has the last word to send.
        case LINGER -> drain();
        case CLOSED -> {}
      }
    } catch (IOException e) {
      // The client is gone, or the deadline has closed the socket.
    }
  }

  private void drain() throws IOException {
    do {
      readBuffer.clear();
    } while (socket.read(readBuffer) >= 0);
  }

  private void enter(State next) {
    State seen = state.get();
    boolean ended = seen.phase() == Phase.LINGER || seen.phase() == Phase.CLOSED;
    if (ended || !state.compareAndSet(seen, next)) {
      throw new CloseConnectionException("the connection has ended");
    }
  }

  /** For the engine. */
  private byte[] read() {
    byte[] bytes = receive();
    if (begun) {
      return bytes;
    }
    begun = true;
    return OlderVersion.translated(bytes, this::receive);
  }

  private byte[] receive() {
    try {
      readBuffer.clear();
      int length = socket.read(readBuffer);
      Phase phase = phase();
      if (phase == Phase.LINGER || phase == Phase.CLOSED) {
        throw new CloseConnectionException("the connection has ended");
      }
      if (length < 0) {
        throw phase == Phase.IDLE
            ? new CloseConnectionException("the client is done")
            : Problems.malformed("the request ended early");
      }
      if (phase == Phase.IDLE) {
        enter(starting(Phase.HEAD, settings.headerTimeout()));
      }
      return Arrays.copyOf(readBuffer.array(), length);
    } catch (IOException e) {
      throw new CloseConnectionException("the connection was lost", e);
    }
  }

  private static State starting(Phase phase, Duration timeout) {
    long now = System.nanoTime();
    return new State(phase, now, now + timeout.toNanos());
  }

  private static State lastingFor(Duration limit) {
    return starting(Phase.LINGER, limit);
  }

  // DataWriter: how the engine sends.

  @Override
  public void writeNow(BufferData buffer) {
    State before = state.get();
    enter(starting(Phase.WRITE, settings.writeTimeout()));
    byte[] chunk = new byte[Math.min(buffer.available(), WRITE_CHUNK)];
    try {
      while (!buffer.consumed()) {
        int length = buffer.read(chunk, 0, chunk.length);
        ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
        while (bytes.hasRemaining()) {
          socket.write(bytes);
        }
      }
    } catch (IOException e) {
      throw new CloseConnectionException("the client does not take the answer", e);
    }
    enter(before);
  }

  @Override
  public void write(BufferData buffer) {
    writeNow(buffer);
  }

  @Override
  public void write(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData... buffers) {
    writeNow(BufferData.create(buffers));
  }

  // ConnectionContext: what the engine asks about a connection.

  @Override
  public StrictReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return this;
  }

  @Override
  public ListenerContext listenerContext() {
    return engine;
  }

  @Override
  public ExecutorService executor() {
    return engine.executor();
  }

  @Override
  public Router router() {
    return engine;
  }

  @Override
  public PeerInfo remotePeer() {
    return Peer.UNKNOWN;
  }

  @Override
  public PeerInfo localPeer() {
    return Peer.UNKNOWN;
  }

  @Override
  public boolean isSecure() {
    return settings.tls() != null;
  }

  @Override
  public String socketId() {
    return "http";
  }

  @Override
  public String childSocketId() {
    return "connection";
  }
}
