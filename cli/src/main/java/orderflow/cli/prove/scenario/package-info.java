/** Scenarios: load, faults, recording and the verdict on every order. */
@NullMarked
package orderflow.cli.prove.scenario;

import org.jspecify.annotations.NullMarked;
