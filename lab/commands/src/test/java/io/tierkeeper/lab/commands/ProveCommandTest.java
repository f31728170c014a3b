package io.tierkeeper.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.faults.report.MutantOutcome;
import io.tierkeeper.lab.faults.report.ProofFigures;
import io.tierkeeper.lab.faults.report.WriteCoverage;
import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProveCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void replaysOneFaultCase() {
    assertThat(run("prove", "--trial", "promotion/1/3=death-after-sending/lost"))
        .isZero();
    assertThat(out)
        .hasToString("trial promotion/1/3=death-after-sending/lost: PASS" + System.lineSeparator());
  }

  @Test
  void repeatsOneSeed() {
    assertThat(run("prove", "--seed", "2")).isZero();
    assertThat(out).hasToString("seed 2: PASS" + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--trial nonsense | --trial: trial 'nonsense' has 1 parts; allowed: SCENARIO/SEED/FAULTS/kept or /lost",
        "--threads 0 | threads is 0; allowed: 1 and up",
        "--bug none-such | --bug: mutant: 'none-such' is unknown; allowed: [",
        "--short --long | mutually exclusive",
        "--seeds=-1 | seeds is -1; allowed: 0 and up",
      })
  void rejectsWrongArgumentsWithWhatIsAllowed(String arguments, String complaint) {
    assertThat(run(("prove " + arguments).split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(complaint);
  }

  @Test
  void listsTheMutants() {
    assertThat(run("prove", "--bug", "list")).isZero();
    assertThat(out.toString()).contains("delete-before-verify");
  }

  @Test
  void printsTheFiguresUnderTheirPublishedNames() throws Exception {
    JsonNode json = new ObjectMapper()
        .valueToTree(ProveCommand.toJson(
            new ProofFigures(
                new ProofFigures.Coverage(5, 6, 7, 8, 9),
                new ProofFigures.Seeds(10, 11.5, 11, 11),
                12,
                13,
                new ProofFigures.Checked(14, 0, 0, 0, 3, 0, 0, 0, 0, 20, 30),
                new WriteCoverage(Map.of(
                    new WriteCoverage.Cell(WriteKind.UPSERT, "PROMOTE Copying", "flat"), 7L)),
                List.of(new MutantOutcome.Killed("some-error", 4, 5, "struck/4", "lost")),
                null,
                List.of(new ProofFigures.Finding("lost", "again"))),
            Duration.ofSeconds(2)));
    for (String field : List.of(
        "boundariesTried",
        "boundariesExisting",
        "faultPairsTried",
        "faultPairsExisting",
        "trials",
        "seeds",
        "seedsPerSecond",
        "operatorSeeds",
        "distinctStates",
        "deaths",
        "plantedBugsFound",
        "plantedBugs",
        "operations",
        "lost",
        "phantom",
        "stale",
        "staleAnnounced",
        "unplaced",
        "partial",
        "doubled",
        "leaked",
        "longestReadGapMillis",
        "longestWriteGapMillis",
        "askedOfAPerson",
        "seconds")) {
      assertThat(json.path(field).isNumber()).as(field).isTrue();
    }
    assertThat(json.path("coverage").path(0).path("operation").asText()).isEqualTo("UPSERT");
    assertThat(json.path("coverage").path(0).path("phase").asText()).isEqualTo("PROMOTE Copying");
    assertThat(json.path("coverage").path(0).path("layout").asText()).isEqualTo("flat");
    assertThat(json.path("coverage").path(0).path("writes").asLong()).isEqualTo(7);
    assertThat(json.path("mutants").path(0).path("seedsToKill").asInt()).isEqualTo(4);
    assertThat(json.path("boundariesTried").asInt()).isEqualTo(5);
    assertThat(json.path("asPromised").asBoolean()).isFalse();
    assertThat(json.path("findings").path(0).path("command").asText()).isEqualTo("again");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
