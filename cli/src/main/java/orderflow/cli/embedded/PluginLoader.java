package orderflow.cli.embedded;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * Restricts Qpid to the plug-ins listed in {@code services/}: preparing all those on the class path
 * (TLS key stores, LDAP, OAuth, replication) is half of its start-up time.
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
