package orderflow.cli.command;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import orderflow.cli.prove.scenario.Scenarios;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Topology;

/** Completion candidates for options that take any text. */
final class CompletionCandidates {
  private CompletionCandidates() {}

  /** The queues that services consume. */
  static final class Queues implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Topology.QUEUES.iterator();
    }
  }

  /** Where their dead letters go. */
  static final class DeadLetterQueues implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Topology.QUEUES.stream().map(Topology::deadLetterQueue).iterator();
    }
  }

  /** Why a message of ours is a dead letter. */
  static final class Reasons implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(DeadLetter.Reason.values()).map(DeadLetter.Reason::wire).iterator();
    }
  }

  /** The scenarios of {@code verify}. */
  static final class ScenarioNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      // Names depend on neither a run nor a clock.
      return new Scenarios("", 0, false, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
          .names()
          .iterator();
    }
  }

  /** The brokers that {@code verify} starts. */
  static final class Brokers implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("embedded", "rabbitmq").iterator();
    }
  }
}
