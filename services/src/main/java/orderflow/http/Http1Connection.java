package orderflow.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Jetty's HTTP/1 with a maximum number of header fields. Jetty bounds only their bytes, but each
 * field takes some 100 bytes of heap however short it is.
 */
final class Http1Connection extends HttpConnection {
  private static final int MAX_FIELDS = 100;

  private Http1Connection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
    super(configuration, connector, endPoint);
  }

  @Override
  protected RequestHandler newRequestHandler() {
    return new FieldCounter();
  }

  /** Creates the connections. */
  static final class Factory extends HttpConnectionFactory {
    Factory(HttpConfiguration configuration) {
      super(configuration);
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
      var connection = new Http1Connection(getHttpConfiguration(), connector, endPoint);
      return configure(connection, connector, endPoint);
    }
  }

  private final class FieldCounter extends RequestHandler {
    private int fields;

    @Override
    public void messageBegin() {
      fields = 0;
      if (!isRequestBufferEmpty()) {
        ClientConnection.of(getEndPoint()).startHead();
      }
      super.messageBegin();
    }

    @Override
    public void parsedHeader(HttpField field) {
      count();
      super.parsedHeader(field);
    }

    /** Counted and dropped: no endpoint reads trailers. */
    @Override
    public void parsedTrailer(HttpField field) {
      count();
    }

    private void count() {
      if (++fields > MAX_FIELDS) {
        throw new HttpException.RuntimeException(431);
      }
    }
  }
}
