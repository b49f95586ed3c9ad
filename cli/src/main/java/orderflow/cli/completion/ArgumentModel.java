package orderflow.cli.completion;

/**
 * What a command takes beside options.
 *
 * @param label what it is called
 * @param required whether the command needs it
 * @param repeatable whether it may be given more than once
 */
public record ArgumentModel(
    String label, ValueKind value, boolean required, boolean repeatable, String description) {}
