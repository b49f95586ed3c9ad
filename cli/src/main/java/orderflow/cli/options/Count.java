package orderflow.cli.options;

/** A number of things, given as {@code 500}, {@code 10k} or {@code 1m}. */
public record Count(long value) {}
