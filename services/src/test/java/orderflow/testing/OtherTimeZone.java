package orderflow.testing;

import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs each test where local time is not UTC, and no whole number of hours apart. */
public final class OtherTimeZone implements BeforeEachCallback, AfterEachCallback {
  private @Nullable TimeZone before;

  @Override
  public void beforeEach(ExtensionContext test) {
    before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
  }

  @Override
  public void afterEach(ExtensionContext test) {
    TimeZone.setDefault(before);
  }
}
