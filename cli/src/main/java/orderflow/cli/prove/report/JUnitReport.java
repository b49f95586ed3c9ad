package orderflow.cli.prove.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.view.Text;

/** Results as JUnit XML for CI systems: each scenario is a test case. */
public final class JUnitReport {
  private JUnitReport() {}

  /**
   * @param environment description of the environment
   * @throws IOException when {@code file} cannot be written
   */
  public static void write(Path file, List<ScenarioResult> results, String environment)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", "orderflow verify");
      xml.writeAttribute("tests", Integer.toString(results.size()));
      xml.writeAttribute("failures", count(results, Verdict.FAIL));
      xml.writeAttribute("errors", count(results, Verdict.INCONCLUSIVE));
      xml.writeAttribute("skipped", count(results, Verdict.SKIP));
      xml.writeAttribute(
          "time", seconds(results.stream().mapToDouble(ScenarioResult::seconds).sum()));
      xml.writeStartElement("properties");
      xml.writeEmptyElement("property");
      xml.writeAttribute("name", "environment");
      xml.writeAttribute("value", environment);
      xml.writeEndElement();
      for (ScenarioResult result : results) {
        write(xml, result);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static void write(XMLStreamWriter xml, ScenarioResult result) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "orderflow.verify");
    xml.writeAttribute("name", result.scenario());
    xml.writeAttribute("time", seconds(result.seconds()));
    switch (result.verdict()) {
      case PASS -> {
        xml.writeStartElement("system-out");
        xml.writeCharacters(result.summary());
        xml.writeEndElement();
      }
      case FAIL ->
          problem(
              xml,
              "failure",
              FindingGroups.lines(result.findings()).stream()
                  .findFirst()
                  .map(reason -> result.summary() + "; " + reason)
                  .orElse(result.summary()),
              result);
      case INCONCLUSIVE ->
          problem(xml, "error", "inconclusive: " + result.missing().getFirst(), result);
      case SKIP -> {
        xml.writeEmptyElement("skipped");
        xml.writeAttribute("message", result.summary());
      }
    }
    xml.writeEndElement();
  }

  private static void problem(
      XMLStreamWriter xml, String element, String message, ScenarioResult result)
      throws XMLStreamException {
    List<String> lines = new ArrayList<>();
    lines.add(result.summary());
    lines.addAll(FindingGroups.lines(result.findings()));
    result.missing().forEach(missing -> lines.add("not seen: " + missing));
    lines.addAll(result.remarks());
    lines.replaceAll(Text::printable);
    xml.writeStartElement(element);
    xml.writeAttribute("message", Text.printable(message));
    xml.writeCharacters(String.join("\n", lines));
    xml.writeEndElement();
  }

  private static String count(List<ScenarioResult> results, Verdict verdict) {
    return Long.toString(TextReport.count(results, verdict));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }
}
