package io.tierkeeper.lab.kubeapi.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ResourceTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7386, appendix A, and strategic merges as kubectl sends them. */
class MergePatchTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"} | {\"a\":null} | {}",
        "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
        "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
        "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
        "[\"a\",\"b\"] | [\"c\",\"d\"] | [\"c\",\"d\"]",
        "{\"a\":\"b\"} | [\"c\"] | [\"c\"]",
        "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
        "[1,2] | {\"a\":\"b\",\"c\":null} | {\"a\":\"b\"}",
        "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}",
      })
  void mergesAsTheRfcSays(String target, String patch, String result) {
    assertThat(MergePatch.merge(Json.parse(target), Json.parse(patch)))
        .isEqualTo(Json.parse(result));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"containers\":[{\"name\":\"a\",\"image\":\"1\"},{\"name\":\"b\"}]} | {\"containers\":[{\"name\":\"a\",\"image\":\"2\"}]}"
            + " | {\"containers\":[{\"name\":\"a\",\"image\":\"2\"},{\"name\":\"b\"}]}",
        "{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]} | {\"containers\":[{\"$patch\":\"delete\",\"name\":\"a\"}]}"
            + " | {\"containers\":[{\"name\":\"b\"}]}",
        "{\"finalizers\":[\"x\",\"y\"]} | {\"$deleteFromPrimitiveList/finalizers\":[\"x\"]} | {\"finalizers\":[\"y\"]}",
        "{\"finalizers\":[\"x\"]} | {\"finalizers\":[\"y\"]} | {\"finalizers\":[\"x\",\"y\"]}",
        "{\"data\":{\"a\":\"1\",\"b\":\"2\"}} | {\"data\":{\"$patch\":\"replace\",\"c\":\"3\"}} | {\"data\":{\"c\":\"3\"}}",
        "{\"args\":[\"a\"]} | {\"args\":[\"b\"]} | {\"args\":[\"b\"]}",
      })
  void mergesListsByKeyWhenStrategic(String target, String patch, String result) {
    FieldShape builtIn = FieldShape.of(ResourceTypes.NAMESPACES);
    assertThat(MergePatch.strategic(Json.parse(target), Json.parse(patch), builtIn))
        .isEqualTo(Json.parse(result));
  }
}
