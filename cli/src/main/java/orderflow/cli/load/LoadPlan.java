package orderflow.cli.load;

import java.time.Duration;

/**
 * How much to send.
 *
 * @param count at most so many orders
 * @param duration at most so long
 * @param inFlight how many may be unanswered at a time
 */
public record LoadPlan(Rate rate, long count, Duration duration, int inFlight) {}
