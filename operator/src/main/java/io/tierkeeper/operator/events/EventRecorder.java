package io.tierkeeper.operator.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events.k8s.io/v1 events; an event that cannot be written is logged and skipped. */
public final class EventRecorder {

  private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
  private static final String CONTROLLER = "tierkeeper.io/operator";
  private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern(
          "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);
  private static final int MAX_NOTE_LENGTH = 1000;
  private static final int MAX_NAME_LENGTH = 230;
  private static final int HASH_DIGITS = 16;
  private static final int CONFLICT = 409;
  private static final Duration REPEATED_AFTER = Duration.ofMinutes(10);

  private final KubernetesClient client;
  private final String instance;
  private final InstantSource clock;

  public EventRecorder(KubernetesClient client, String instance, InstantSource clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  /** A change of state. */
  public void normal(HasMetadata about, String action, String reason, String note) {
    record(about, "Normal", action, reason, note);
  }

  /** Something requires attention. */
  public void warning(HasMetadata about, String action, String reason, String note) {
    record(about, "Warning", action, reason, note);
  }

  private void record(HasMetadata about, String type, String action, String reason, String note) {
    Event event = new EventBuilder()
        .withNewMetadata()
        .withName(name(about, type, action, reason, note))
        .withNamespace(about.getMetadata().getNamespace())
        .endMetadata()
        .withType(type)
        .withAction(action)
        .withReason(reason)
        .withNote(note.length() > MAX_NOTE_LENGTH ? note.substring(0, MAX_NOTE_LENGTH) : note)
        .withEventTime(new MicroTime(MICROS.format(clock.instant())))
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withRegarding(new ObjectReferenceBuilder()
            .withApiVersion(about.getApiVersion())
            .withKind(about.getKind())
            .withNamespace(about.getMetadata().getNamespace())
            .withName(about.getMetadata().getName())
            .withUid(about.getMetadata().getUid())
            .build())
        .build();
    try {
      client
          .events()
          .v1()
          .events()
          .inNamespace(about.getMetadata().getNamespace())
          .resource(event)
          .create();
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        // It was written a moment ago, perhaps by the leader before.
        return;
      }
      log.warn(
          "Event {} on {} {} was not written: {}",
          reason,
          about.getKind(),
          about.getMetadata().getName(),
          e.getMessage());
    }
  }

  /** The same event has the same name for ten minutes, so that whatever repeats it writes it once. */
  private String name(HasMetadata about, String type, String action, String reason, String note) {
    long period = clock.instant().getEpochSecond() / REPEATED_AFTER.toSeconds();
    String uid = String.valueOf(about.getMetadata().getUid());
    String hash = UUID.nameUUIDFromBytes(
            String.join("\n", uid, type, action, reason, note, Long.toString(period))
                .getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "")
        .substring(0, HASH_DIGITS);
    String name = about.getMetadata().getName();
    return (name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name) + "."
        + hash;
  }
}
