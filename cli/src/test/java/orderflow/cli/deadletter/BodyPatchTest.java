package orderflow.cli.deadletter;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import orderflow.cli.deadletter.BodyPatch.UnpatchableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patched fields are set, and all others are unchanged. */
class BodyPatchTest {
  private static String amended(String body, String... settings) {
    return new String(BodyPatch.parse(List.of(settings)).applyTo(body.getBytes(UTF_8)), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678901234567890.123456789",
        "0.1000",
        "-0",
        "1e3",
        "1E-400",
        "123456789012345678901234567890",
        "\"\u00e9 \ud83d\ude00\"",
        "\"\\ud83d\"",
        "[1.0,{\"z\":null,\"a\":[true,0.10]}]"
      })
  void otherFieldsKeepTheirSpelling(String value) {
    assertEquals(
        "{\"z\":" + value + ",\"a\":2,\"m\":" + value + ",\"new\":\"text\"}",
        amended("{\"z\":" + value + ",\"a\":1,\"m\":" + value + "}", "a:=2", "new=text"));
  }

  @Test
  void valuesAreWrittenAsGiven() {
    assertEquals(
        "{\"a\":0.10,\"b\":\"=\\\"\",\"c\":{\"d\":1}}",
        amended("{\"a\":{\"b\":[1]}}", "a:=0.10", "b==\"", "c:= {\"d\":1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"item_id\":\"x\",\"item_id\":\"y\"}|item_id",
        "{\"a\":1,\"in\":[{\"b\":1,\"b\":1}]}|b",
        "{\"a\":1,\"a\":2}|a",
      })
  void duplicateFieldIsNamed(String body, String field) {
    var thrown = assertThrows(UnpatchableException.class, () -> amended(body, "a:=1"));

    assertEquals("its body has the field " + field + " twice; use --edit", thrown.getMessage());
  }

  @Test
  void sameNameInAnotherObjectIsAnotherField() {
    assertEquals(
        "{\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}],\"a\":2}",
        amended("{\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}", "a:=2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "1", "{", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} {}", "{\"a\":01}"})
  void bodyThatIsNotAnObjectIsRefused(String body) {
    var thrown = assertThrows(UnpatchableException.class, () -> amended(body, "a:=1"));

    assertTrue(String.valueOf(thrown.getMessage()).contains("not a JSON object"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=1", ":=1", "a:=", "a:={", "a:=1 2", "a:=nul"})
  void invalidSettingIsRefused(String setting) {
    assertThrows(IllegalArgumentException.class, () -> BodyPatch.parse(List.of(setting)));
  }

  @Test
  void bodyInAnotherEncodingBecomesUtf8() {
    byte[] body = "{\"a\":1,\"b\":1}".getBytes(UTF_16LE);

    assertEquals(
        "{\"a\":2,\"b\":1}", new String(BodyPatch.parse(List.of("a:=2")).applyTo(body), UTF_8));
    assertEquals("{\"a\":2}", amended("\ufeff{\"a\":1}", "a:=2"));
  }
}
