package orderflow.cli.report;

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
import orderflow.cli.scenario.Verdict;
import orderflow.cli.scenario.Verdict.Outcome;
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
  public static void write(Path file, List<Verdict> verdicts, String environment)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "orderflow verify");
      xml.writeAttribute("tests", Integer.toString(verdicts.size()));
      xml.writeAttribute("failures", count(verdicts, Outcome.FAIL));
      xml.writeAttribute("errors", count(verdicts, Outcome.INCONCLUSIVE));
      xml.writeAttribute("skipped", count(verdicts, Outcome.SKIP));
      xml.writeAttribute("time", seconds(verdicts.stream().mapToDouble(Verdict::seconds).sum()));
      xml.writeStartElement("properties");
      xml.writeEmptyElement("property");
      xml.writeAttribute("name", "environment");
      xml.writeAttribute("value", environment);
      xml.writeEndElement();
      for (Verdict verdict : verdicts) {
        write(xml, verdict);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static void write(XMLStreamWriter xml, Verdict verdict) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "orderflow.verify");
    xml.writeAttribute("name", verdict.scenario());
    xml.writeAttribute("time", seconds(verdict.seconds()));
    switch (verdict.outcome()) {
      case PASS -> {}
      case FAIL -> problem(xml, "failure", verdict.summary(), verdict);
      case INCONCLUSIVE ->
          problem(xml, "error", "inconclusive: " + verdict.missing().getFirst(), verdict);
      case SKIP -> {
        xml.writeEmptyElement("skipped");
        xml.writeAttribute("message", verdict.summary());
      }
    }
    if (verdict.outcome() == Outcome.PASS) {
      xml.writeStartElement("system-out");
      xml.writeCharacters(verdict.summary());
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static void problem(XMLStreamWriter xml, String element, String message, Verdict verdict)
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

  private static String count(List<Verdict> verdicts, Outcome outcome) {
    return Long.toString(Verdicts.count(verdicts, outcome));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }
}
