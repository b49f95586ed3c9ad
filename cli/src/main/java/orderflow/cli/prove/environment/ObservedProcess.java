package orderflow.cli.prove.environment;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** What the operating system knows of the process of a service. */
interface ObservedProcess {
  /** Of a service in a container, or run by the operator. */
  ObservedProcess UNKNOWN =
      new ObservedProcess() {
        @Override
        public boolean isRunning() {
          return true;
        }

        @Override
        public boolean isSuspended() {
          return false;
        }

        @Override
        public OptionalDouble startTime() {
          return OptionalDouble.empty();
        }

        @Override
        public boolean hasLogged(Pattern pattern) {
          return false;
        }
      };

  boolean isRunning();

  /** Whether SIGSTOP suspends it; false where there is no /proc. */
  boolean isSuspended();

  /** In seconds since 1970; empty when unknown. */
  OptionalDouble startTime();

  /** Whether a line of its output matches, since its last start. */
  boolean hasLogged(Pattern pattern);
}
