package orderflow.cli.config;

/**
 * An option's value in a context.
 *
 * @param value as it would stand on the command line
 * @param line where it stands in the file, from 1; 0 when it was not read from one
 */
public record Setting(String value, int line) {}
