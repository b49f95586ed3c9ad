package orderflow.cli.completion;

/** A positional argument of a command. */
public record ArgumentModel(
    String label, ValueKind value, boolean required, boolean repeatable, String description) {}
