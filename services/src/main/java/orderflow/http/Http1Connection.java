package orderflow.http;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's HTTP/1, stricter in what Jetty is lenient with. Above all it limits the number of header
 * fields: Jetty limits only their bytes, but each field takes some 100 bytes of heap however short
 * it is.
 */
final class Http1Connection extends HttpConnection {
  private static final int MAX_FIELDS = 100;

  /** An absolute target without a host: RFC 9110, 4.2.1. */
  private static final Pattern NO_HOST = Pattern.compile("(?i)https?:(?!//[^/?#])");

  /** An IPv6 address in Host without its brackets: RFC 9110, 7.2. */
  private static final Pattern BARE_IPV6 = Pattern.compile("[^\\[:]*:[^:]*:");

  private Http1Connection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
    super(configuration, connector, endPoint);
  }

  @Override
  protected RequestHandler newRequestHandler() {
    return new StrictHandler();
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

  private final class StrictHandler extends RequestHandler {
    private int fields;
    private boolean hasBody;
    private @Nullable HttpField expectation;

    @Override
    public void messageBegin() {
      fields = 0;
      hasBody = false;
      expectation = null;
      if (!isRequestBufferEmpty()) {
        ClientConnection.of(getEndPoint()).startHead();
      }
      super.messageBegin();
    }

    @Override
    public void startRequest(String method, String uri, HttpVersion version) {
      if (NO_HOST.matcher(uri).lookingAt()) {
        throw new HttpException.RuntimeException(400); // Jetty would take the one of Host
      }
      super.startRequest(method, uri, version);
    }

    @Override
    public void parsedHeader(HttpField field) {
      count();
      HttpHeader header = field.getHeader();
      if (header == HttpHeader.HOST
          && BARE_IPV6.matcher(String.valueOf(field.getValue())).lookingAt()) {
        throw new HttpException.RuntimeException(400);
      }
      if (header == HttpHeader.EXPECT && "100-continue".equalsIgnoreCase(field.getValue())) {
        expectation = field;
      } else if (header != HttpHeader.UPGRADE) { // may be ignored: RFC 9110, 7.8
        hasBody |=
            header == HttpHeader.TRANSFER_ENCODING
                || (header == HttpHeader.CONTENT_LENGTH && field.getLongValue() > 0);
        super.parsedHeader(field);
      }
    }

    /** Without a body there is nothing to expect, and Jetty would close the connection. */
    @Override
    public boolean headerComplete() {
      if (hasBody && expectation != null) {
        super.parsedHeader(expectation);
      }
      return super.headerComplete();
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
