package orderflow.cli.embedded;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * Shows the broker library the plug-ins this broker uses, and none of the others on the class path.
 * The library asks the context class loader for all implementations of its service types and
 * prepares each one by reflection: TLS key stores (with BouncyCastle behind them), LDAP, OAuth,
 * replication. That is half of its start-up time. The lists we want lie beside this class, in
 * {@code services/}; classes come from the parent as ever.
 */
final class PluginLoader extends ClassLoader {
  private static final String STANDARD = "META-INF/services/";
  private static final String LIBRARY = STANDARD + "org.apache.qpid.";
  private static final String OURS = "orderflow/cli/embedded/services/";

  private final ClassLoader parent;

  PluginLoader(ClassLoader parent) {
    super("broker-services", parent);
    this.parent = parent;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (!name.startsWith(LIBRARY)) {
      return super.getResources(name);
    }
    URL list = parent.getResource(OURS + name.substring(STANDARD.length()));
    return list == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singleton(list));
  }
}
