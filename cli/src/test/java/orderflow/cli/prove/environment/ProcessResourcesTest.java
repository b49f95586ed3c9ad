package orderflow.cli.prove.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessResourcesTest {
  /** As JDK 21 and 25 print it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DefNew     total 19648K, used 3558K [0x1, 0x2, 0x3)\\n eden space 17472K,  20% used [0x1)\\nTenured    total 43712K, used 2032K [0x1) | 5590
          def new generation   total 39296K, used 2711K [0x1)\\n tenured generation   total 87424K, used 1000K [0x1)\\n Metaspace       used 1234K, committed 1408K | 3711
          garbage-first heap   total reserved 65536K, committed 32768K, used 2000K [0x1) | 2000
          """)
  void heapIsTheSumOfItsGenerations(String info, long kilobytes) {
    assertEquals(
        OptionalLong.of(kilobytes * 1024), ProcessResources.used(info.replace("\\n", "\n")));
  }
}
