package orderflow.cli.prove.check;

import java.util.List;

/**
 * The verdict on a history, with its reasons.
 *
 * @param findings what fails the scenario
 * @param missing required observations that were not made, human-readable
 * @param remarks further information, human-readable
 * @param sent how many orders were sent
 * @param unexplained how many findings there are beside lost orders and double effects
 */
public record Judgment(
    Verdict verdict,
    Totals totals,
    List<Finding> findings,
    List<String> missing,
    List<String> remarks,
    long sent,
    long unexplained) {}
