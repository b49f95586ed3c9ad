package orderflow.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tlschannel.HeapBufferAllocator;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/**
 * A client's socket, plain or under TLS. One thread may read while another writes, and any may
 * close. The TLS handshake is part of whatever is read or written first.
 */
final class ClientSocket {
  private final SocketChannel socket;
  private final ByteChannel bytes;

  private ClientSocket(SocketChannel socket, ByteChannel bytes) {
    this.socket = socket;
    this.bytes = bytes;
  }

  /**
   * @param tls null for a plain one
   */
  static ClientSocket over(SocketChannel socket, @Nullable SSLContext tls) {
    return new ClientSocket(
        socket,
        tls == null
            ? socket
            : ServerTlsChannel.newBuilder(socket, tls)
                // What is not on the heap would have to be given back, by whichever thread is last.
                .withEncryptedBufferAllocator(new HeapBufferAllocator())
                .build());
  }

  /** As {@link ByteChannel#read}. */
  int read(ByteBuffer buffer) throws IOException {
    return bytes.read(buffer);
  }

  /** As {@link ByteChannel#write}. */
  void write(ByteBuffer buffer) throws IOException {
    bytes.write(buffer);
  }

  /** Tells the client that nothing more will come; what it sends can still be read. */
  void endOutput() throws IOException {
    if (bytes instanceof TlsChannel tls) {
      tls.shutdown();
    }
    socket.shutdownOutput();
  }

  /** Closes the socket without a word. Does not block. */
  void close() throws IOException {
    socket.close();
  }
}
