package orderflow.cli.command;

/** Hides what is not to be shown. */
final class Secrets {
  private static final String MASK = "***";

  private Secrets() {}

  /**
   * An option's value as it may be shown: no token, and no password in an address.
   *
   * @param option without its dashes
   */
  static String masked(String option, String value) {
    return option.equals("token")
        ? MASK
        : value.replaceFirst("(://[^/@:]*):[^/]*@", "$1:" + MASK + "@");
  }
}
