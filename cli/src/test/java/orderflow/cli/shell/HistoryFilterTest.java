package orderflow.cli.shell;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFilterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "place --token x",
        "place --toke s3cretTypo",
        "place --to s3cret",
        "place --tkoen=s3cret",
        "place --\"tok\"en s3cret",
        "export ORDERFLOW_TOKEN=s3cret",
        "context add z --uri \"amqp://u:s3cr3t pass@h/\"",
        "context add z --uri amqp://u:s3/cr3t@h/",
        "context add z --uri amqp://u:s3cr3t",
        "status --header 'Authorization: Bearer x'",
        "up --smtp-password x",
      })
  void linesWithPossibleSecretsAreDropped(String line) {
    assertFalse(HistoryFilter.isKept(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "place --item widget --wait",
        "stock widget 5 --order-url http://localhost:8001 --inventory-url http://h:1/ --timeout 5s",
        "context add z --uri amqps://ops@mq.example/",
        "dlq-replay --to order_placed --timeout 3s",
        "status --uri amqp://127.0.0.1:5672/ --tls-ca ca.pem",
        "verify kill-inventory --report r.html --control http://[::1]:80",
      })
  void otherLinesAreKept(String line) {
    assertTrue(HistoryFilter.isKept(line));
  }
}
