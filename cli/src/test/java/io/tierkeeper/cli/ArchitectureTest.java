package io.tierkeeper.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom; the modules hold the coarse lines, this holds the fine ones. */
@AnalyzeClasses(packages = "io.tierkeeper", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tierkeeper.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule governanceKnowsNothingButItself = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.governance..")
      .should()
      .dependOnClassesThat()
      .resideOutsideOfPackages(
          "io.tierkeeper.governance..", "java..", "org.apache.commons.math3..", "org.jspecify..");

  @ArchTest
  static final ArchRule turnsStandAlone = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.lab.time..")
      .should()
      .dependOnClassesThat()
      .resideOutsideOfPackages("io.tierkeeper.lab.time..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule onlyTheAdapterAndTheEmulatorKnowTheQdrantClient = noClasses()
      .that()
      .resideOutsideOfPackages("io.tierkeeper.qdrant.grpc..", "io.tierkeeper.lab.qdrant.emulator..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.qdrant..", "io.grpc..");

  @ArchTest
  static final ArchRule onlyCompositionRootsNameAnAdapter = noClasses()
      .that()
      .resideOutsideOfPackages(
          "io.tierkeeper.cli..",
          "io.tierkeeper.lab.faults..",
          "io.tierkeeper.lab.qdrant.local..",
          "io.tierkeeper.qdrant.grpc..",
          "io.tierkeeper.lab.qdrant.emulator..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.tierkeeper.qdrant.grpc..", "io.tierkeeper.lab.qdrant.emulator..");

  @ArchTest
  static final ArchRule theAdapterAndTheEmulatorDoNotKnowEachOther = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.qdrant.grpc..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.tierkeeper.lab.qdrant.emulator..");

  @ArchTest
  static final ArchRule theEmulatorStandsOnTheWireAlone = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.lab.qdrant.emulator..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.tierkeeper.qdrant.grpc..");

  @ArchTest
  static final ArchRule movesDoNotKnowKubernetes = noClasses()
      .that()
      .resideInAnyPackage(
          "io.tierkeeper.moves..",
          "io.tierkeeper.audit..",
          "io.tierkeeper.evaluation.schedule..",
          "io.tierkeeper.simulation..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "io.tierkeeper.api..");

  @ArchTest
  static final ArchRule theMappingMakesNoDecisions = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.api..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage(
          "io.tierkeeper.qdrant..",
          "io.tierkeeper.moves..",
          "io.tierkeeper.audit..",
          "io.tierkeeper.operator..");
}
