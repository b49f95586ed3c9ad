package orderflow.cli.embedded;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.qpid.server.exchange.DirectExchange;
import org.apache.qpid.server.exchange.FanoutExchange;
import org.apache.qpid.server.exchange.HeadersExchange;
import org.apache.qpid.server.exchange.TopicExchange;
import org.apache.qpid.server.model.AccessControlProvider;
import org.apache.qpid.server.model.AuthenticationProvider;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.BrokerConnectionLimitProvider;
import org.apache.qpid.server.model.BrokerImpl;
import org.apache.qpid.server.model.BrokerLogInclusionRule;
import org.apache.qpid.server.model.BrokerLogger;
import org.apache.qpid.server.model.ConfiguredObject;
import org.apache.qpid.server.model.Connection;
import org.apache.qpid.server.model.Consumer;
import org.apache.qpid.server.model.DefaultVirtualHostAlias;
import org.apache.qpid.server.model.Exchange;
import org.apache.qpid.server.model.Group;
import org.apache.qpid.server.model.GroupMember;
import org.apache.qpid.server.model.GroupProvider;
import org.apache.qpid.server.model.KeyStore;
import org.apache.qpid.server.model.Plugin;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.Producer;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.RemoteReplicationNode;
import org.apache.qpid.server.model.Session;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.TrustStore;
import org.apache.qpid.server.model.User;
import org.apache.qpid.server.model.VirtualHost;
import org.apache.qpid.server.model.VirtualHostAccessControlProvider;
import org.apache.qpid.server.model.VirtualHostAlias;
import org.apache.qpid.server.model.VirtualHostConnectionLimitProvider;
import org.apache.qpid.server.model.VirtualHostLogInclusionRule;
import org.apache.qpid.server.model.VirtualHostLogger;
import org.apache.qpid.server.model.VirtualHostNode;
import org.apache.qpid.server.model.port.AmqpPort;
import org.apache.qpid.server.plugin.ConfiguredObjectRegistration;
import org.apache.qpid.server.protocol.v0_8.AMQPConnection_0_8;
import org.apache.qpid.server.queue.LastValueQueue;
import org.apache.qpid.server.queue.PriorityQueue;
import org.apache.qpid.server.queue.SortedQueue;
import org.apache.qpid.server.queue.StandardQueue;
import org.apache.qpid.server.security.auth.manager.PlainAuthenticationProvider;
import org.apache.qpid.server.security.auth.manager.ScramSHA256AuthenticationManager;
import org.apache.qpid.server.store.MemorySystemConfigImpl;
import org.apache.qpid.server.virtualhost.ProvidedStoreVirtualHostImpl;
import org.apache.qpid.server.virtualhost.memory.MemoryVirtualHost;
import org.apache.qpid.server.virtualhostnode.berkeleydb.BDBVirtualHostNodeImpl;
import org.apache.qpid.server.virtualhostnode.memory.MemoryVirtualHostNode;

/**
 * The parts of Qpid's model that this broker uses: all categories, which Qpid requires, and the
 * types in use. Loaded by Qpid's service loader, named in {@code services/}.
 */
@SuppressWarnings("rawtypes") // Qpid's signatures are raw
public final class BrokerModelRegistration implements ConfiguredObjectRegistration {
  private static final List<Class<? extends ConfiguredObject>> CATEGORIES =
      List.of(
          AccessControlProvider.class,
          AuthenticationProvider.class,
          Broker.class,
          BrokerConnectionLimitProvider.class,
          BrokerLogInclusionRule.class,
          BrokerLogger.class,
          ConfiguredObject.class,
          Connection.class,
          Consumer.class,
          Exchange.class,
          Group.class,
          GroupMember.class,
          GroupProvider.class,
          KeyStore.class,
          Plugin.class,
          Port.class,
          Producer.class,
          Queue.class,
          RemoteReplicationNode.class,
          Session.class,
          SystemConfig.class,
          TrustStore.class,
          User.class,
          VirtualHost.class,
          VirtualHostAccessControlProvider.class,
          VirtualHostAlias.class,
          VirtualHostConnectionLimitProvider.class,
          VirtualHostLogInclusionRule.class,
          VirtualHostLogger.class,
          VirtualHostNode.class);

  private static final List<Class<? extends ConfiguredObject>> TYPES =
      List.of(
          AMQPConnection_0_8.class,
          AmqpPort.class,
          BDBVirtualHostNodeImpl.class,
          BrokerImpl.class,
          DefaultVirtualHostAlias.class,
          DirectExchange.class,
          FanoutExchange.class,
          HeadersExchange.class,
          LastValueQueue.class,
          MemorySystemConfigImpl.class,
          MemoryVirtualHost.class,
          MemoryVirtualHostNode.class,
          PlainAuthenticationProvider.class,
          PriorityQueue.class,
          ProvidedStoreVirtualHostImpl.class,
          // Not in use, but it defines a setting that the plain provider reads.
          ScramSHA256AuthenticationManager.class,
          SortedQueue.class,
          StandardQueue.class,
          TopicExchange.class);

  /** For Qpid's service loader. */
  public BrokerModelRegistration() {}

  @Override
  public String getType() {
    return "orderflow";
  }

  @Override
  public Collection<Class<? extends ConfiguredObject>> getConfiguredObjectClasses() {
    return Stream.concat(CATEGORIES.stream(), TYPES.stream()).toList();
  }
}
