package io.tierkeeper.moves.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
  private static final KeyContent CONTENT = new KeyContent(3, "3:ab");

  @TempDir
  Path dir;

  private StoredSnapshot begun(String tenant, Instant keepUntil) {
    return StoredSnapshot.begun(
        new SnapshotOrigin(
            "kb", "group_id", tenant, false, "m", "uid-" + tenant.length(), "BeforeDemotion", "7"),
        NOW,
        keepUntil,
        Map.of("", "4 COSINE FLOAT32"));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StoredSnapshot store(StoredSnapshot begun, String text) throws IOException {
    return SnapshotStore.in(dir).store(begun, file -> write(file, text), () -> CONTENT);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void describesWhatItHasStored() throws IOException {
    StoredSnapshot stored = store(begun("acme", NOW), "abc");
    assertThat(stored.sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(stored.bytes()).isEqualTo(3);
    assertThat(stored.complete()).isTrue();
    assertThat(SnapshotStore.read(dir.resolve(stored.file()))).isEqualTo(stored);
    assertThat(SnapshotStore.in(dir).list()).containsExactly(stored);
  }

  @Test
  void deletesOnlyWhatItHasStoredAndKeepsNoLonger() throws IOException {
    StoredSnapshot old = store(begun("acme", NOW), "old");
    StoredSnapshot kept = store(begun("globex-b", NOW.plusSeconds(1)), "kept");
    write(dir.resolve("mine.snapshot"), "of a user");
    write(dir.resolve("mine.json"), "{}");
    write(
        dir.resolve("evil.json"),
        Files.readString(dir.resolve(old.file().replace(".snapshot", ".json")))
            .replace(old.file(), "../mine.snapshot"));
    assertThat(SnapshotStore.in(dir).prune(NOW)).isEqualTo(1);
    assertThat(files())
        .containsExactlyInAnyOrder(
            kept.file(),
            kept.file().replace(".snapshot", ".json"),
            "mine.snapshot",
            "mine.json",
            "evil.json");
  }

  @Test
  void prunesWhatACrashHasLeftBehind() throws IOException {
    StoredSnapshot begun = begun("acme", NOW);
    assertThatThrownBy(() -> SnapshotStore.in(dir)
            .store(
                begun,
                file -> {
                  write(file.resolveSibling(file.getFileName() + ".part"), "half");
                  throw new IllegalStateException("killed");
                },
                () -> CONTENT))
        .hasMessage("killed");
    assertThat(SnapshotStore.in(dir).list())
        .singleElement()
        .matches(snapshot -> !snapshot.complete());
    assertThat(SnapshotStore.in(dir).prune(NOW)).isEqualTo(1);
    assertThat(files()).isEmpty();
  }

  @Test
  void keepsNamesPlainAndApart() {
    StoredSnapshot odd = begun("../a/b\\c " + "x".repeat(300), NOW);
    assertThat(odd.file()).matches("[A-Za-z0-9._-]{1,255}").doesNotContain("/");
    assertThat(odd.file()).isNotEqualTo(begun("acme", NOW).file());
  }

  @Test
  void hasNothingWhereThereIsNoDirectory() {
    assertThat(SnapshotStore.NONE.present()).isFalse();
    assertThat(SnapshotStore.NONE.prune(NOW)).isZero();
    assertThat(SnapshotStore.in(dir.resolve("later")).list()).isEmpty();
  }
}
