package orderflow.testing;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives {@link RealRabbit} tests their node, and the next test a running one. */
final class RealRabbitExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RabbitNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return node(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store(context).put(RabbitNode.class, node(context));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException, InterruptedException {
    RabbitNode node = store(context).get(RabbitNode.class, RabbitNode.class);
    if (node != null && !node.isRunning()) {
      node.start();
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(RealRabbitExtension.class));
  }

  private static RabbitNode node(ExtensionContext context) {
    return SharedRabbit.ofThisJvm().nodeOrSkip(needsControl(context));
  }

  private static boolean needsControl(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), RealRabbit.class)
        .or(() ->
            AnnotationSupport.findAnnotation(
                context.getRequiredTestClass(),
                RealRabbit.class,
                context.getEnclosingTestClasses()))
        .map(RealRabbit::control)
        .orElse(false);
  }
}
