package orderflow.cli.prove.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.view.Text;

/** Verdicts as the JUnit XML that CI systems read: a test case a scenario. */
public final class JUnitReport {
  private JUnitReport() {}

  /**
   * Writes {@code file}.
   *
   * @param environment what they were played on, for people
   * @throws IOException when it cannot be written
   */
  public static void write(Path file, List<ScenarioResult> verdicts, String environment)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "orderflow verify");
      xml.writeAttribute("tests", Integer.toString(verdicts.size()));
      xml.writeAttribute("failures", count(verdicts, Verdict.FAIL));
      xml.writeAttribute("errors", count(verdicts, Verdict.INCONCLUSIVE));
      xml.writeAttribute("skipped", count(verdicts, Verdict.SKIP));
      xml.writeAttribute(
          "time", seconds(verdicts.stream().mapToDouble(ScenarioResult::seconds).sum()));
      xml.writeStartElement("properties");
      xml.writeEmptyElement("property");
      xml.writeAttribute("name", "environment");
      xml.writeAttribute("value", environment);
      xml.writeEndElement();
      for (ScenarioResult verdict : verdicts) {
        write(xml, verdict);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static void write(XMLStreamWriter xml, ScenarioResult verdict) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "orderflow.verify");
    xml.writeAttribute("name", verdict.scenario());
    xml.writeAttribute("time", seconds(verdict.seconds()));
    switch (verdict.verdict()) {
      case PASS -> {}
      case FAIL -> problem(xml, "failure", verdict.summary(), verdict);
      case INCONCLUSIVE ->
          problem(xml, "error", "inconclusive: " + verdict.missing().getFirst(), verdict);
      case SKIP -> {
        xml.writeEmptyElement("skipped");
        xml.writeAttribute("message", verdict.summary());
      }
    }
    if (verdict.verdict() == Verdict.PASS) {
      xml.writeStartElement("system-out");
      xml.writeCharacters(verdict.summary());
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static void problem(
      XMLStreamWriter xml, String element, String message, ScenarioResult verdict)
      throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeAttribute("message", Text.printable(message));
    xml.writeCharacters(
        Stream.of(
                Stream.of(verdict.summary()),
                verdict.missing().stream().map(missing -> "not seen: " + missing),
                verdict.remarks().stream())
            .flatMap(lines -> lines)
            .map(Text::printable)
            .collect(Collectors.joining("\n")));
    xml.writeEndElement();
  }

  private static String count(List<ScenarioResult> verdicts, Verdict outcome) {
    return Long.toString(VerdictLabel.count(verdicts, outcome));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }
}
