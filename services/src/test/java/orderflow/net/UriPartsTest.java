package orderflow.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UriPartsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "amqp://user:p@Zq/w:rd#1@broker/",
        "amqp://user:p#Zq@broker/",
        "amqp://user:p?Zq@broker/",
        "amqp://user:p/Zq@broker/",
        "amqp://user:p@Zq@broker/",
        "amqp://user:p%Zq@broker/",
        "amqp://user:p%zz Zq@broker/",
        "amqp://user:p[Zq@broker/",
        "amqp://user:p\\Zq@broker/",
        "amqp://user:pZq@broker:port/",
        "http://user:p/Zq@broker/",
        "http://user:p@Zq/w:rd#1@broker/",
        "http://user:p@Zq/x@broker/",
        "smtp://user:p#Zq@broker/",
      })
  void errorContainsNoPartOfThePassword(String text) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> UriParts.parse(text)).getMessage());
    for (String secret : List.of("Zq", "rd#1", "w:rd", "p@", "user:")) {
      assertFalse(message.contains(secret), message);
    }
    assertTrue(message.contains("%XX"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hooks.example/a@b?c=d@e",
        "https://hooks/a@b?c=d@e",
        "https://u:p@hooks.example/a@b?c=d@e",
        "https://u:p@127.0.0.1:8443/a@b?c=d@e",
        "https://u:p@[::1]/a@b?c=d@e",
        "http://u:p@localhost:8080/a@b?c=d@e",
      })
  void httpAddressMayContainAtSignInPathAndQuery(String text) {
    UriParts parts = UriParts.parse(text);

    assertEquals("/a@b", parts.path());
    assertEquals("c=d@e", parts.query());
    assertEquals(text.contains("u:p") ? "p" : null, parts.password());
  }

  @Test
  void textFormHidesThePassword() {
    assertFalse(UriParts.parse("amqp://u:secret@h").toString().contains("secret"));
  }
}
