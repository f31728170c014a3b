package io.tierkeeper.lab.commands;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.operator.OperatorCommand;

/** Which package may depend on which; runs here because this module has every other one on its class path. */
@AnalyzeClasses(packages = "io.tierkeeper", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tierkeeper.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theProductDoesNotDependOnTheLaboratory = noClasses()
      .that()
      .resideOutsideOfPackage("io.tierkeeper.lab..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.tierkeeper.lab..");

  @ArchTest
  static final ArchRule nothingDependsOnAnExample = noClasses()
      .that()
      .resideOutsideOfPackage("io.tierkeeper.examples..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.tierkeeper.examples..");

  @ArchTest
  static final ArchRule modulesDependOnLowerOnesOnly = layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .layer("launcher")
      .definedBy("io.tierkeeper.launcher..")
      .layer("governance")
      .definedBy("io.tierkeeper.governance..")
      .layer("crds")
      .definedBy("io.tierkeeper.api..")
      .optionalLayer("client")
      .definedBy("io.tierkeeper.client..")
      .optionalLayer("rag")
      .definedBy("io.tierkeeper.rag..")
      .layer("qdrant")
      .definedBy("io.tierkeeper.qdrant..")
      .layer("audit")
      .definedBy("io.tierkeeper.audit..")
      .layer("moves")
      .definedBy("io.tierkeeper.moves..")
      .layer("evaluation")
      .definedBy("io.tierkeeper.evaluation..")
      .layer("huf")
      .definedBy("io.tierkeeper.huf..")
      .layer("load")
      .definedBy("io.tierkeeper.load..")
      .layer("migrate")
      .definedBy("io.tierkeeper.migrate..")
      .layer("operator")
      .definedBy("io.tierkeeper.operator..")
      .layer("simulation")
      .definedBy("io.tierkeeper.simulation..")
      .layer("cli")
      .definedBy("io.tierkeeper.cli..")
      .layer("lab")
      .definedBy("io.tierkeeper.lab..")
      .whereLayer("launcher")
      .mayNotAccessAnyLayer()
      .whereLayer("governance")
      .mayNotAccessAnyLayer()
      .whereLayer("client")
      .mayNotAccessAnyLayer()
      .whereLayer("client")
      .mayOnlyBeAccessedByLayers("rag", "lab")
      .whereLayer("rag")
      .mayOnlyAccessLayers("client")
      .whereLayer("rag")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("qdrant")
      .mayNotAccessAnyLayer()
      .whereLayer("crds")
      .mayOnlyAccessLayers("governance")
      .whereLayer("audit")
      .mayOnlyAccessLayers("governance")
      .whereLayer("moves")
      .mayOnlyAccessLayers("governance", "qdrant", "audit")
      .whereLayer("evaluation")
      .mayOnlyAccessLayers("governance", "crds", "qdrant", "audit", "moves")
      .whereLayer("huf")
      .mayOnlyAccessLayers("launcher", "governance", "qdrant", "audit", "moves", "evaluation")
      .whereLayer("load")
      .mayOnlyAccessLayers("launcher", "qdrant")
      .whereLayer("migrate")
      .mayOnlyAccessLayers("launcher", "qdrant", "moves")
      .whereLayer("simulation")
      .mayOnlyAccessLayers("launcher", "governance", "qdrant", "audit", "evaluation")
      .whereLayer("operator")
      .mayOnlyAccessLayers(
          "launcher", "governance", "crds", "qdrant", "audit", "moves", "evaluation")
      .whereLayer("cli")
      .mayOnlyBeAccessedByLayers("lab")
      .whereLayer("lab")
      .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule governanceDependsOnTheJdkAndMathOnly = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.governance..")
      .should()
      .dependOnClassesThat()
      .resideOutsideOfPackages(
          "io.tierkeeper.governance..", "java..", "org.apache.commons.math3..", "org.jspecify..");

  @ArchTest
  static final ArchRule virtualTimeDependsOnTheJdkOnly = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.lab.time..")
      .should()
      .dependOnClassesThat()
      .resideOutsideOfPackages("io.tierkeeper.lab.time..", "java..", "org.jspecify..");

  @ArchTest
  static final ArchRule onlyTheAdapterTheTenantClientAndTheEmulatorUseTheQdrantClient = noClasses()
      .that()
      .resideOutsideOfPackages(
          "io.tierkeeper.qdrant.grpc..",
          "io.tierkeeper.client..",
          // Makes filters, which the client takes.
          "io.tierkeeper.rag..",
          "io.tierkeeper.lab.qdrant.emulator..",
          // Have what an application would write, to compare with and to search.
          "io.tierkeeper.lab.benchmarks.load..",
          "io.tierkeeper.lab.benchmarks.search..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.qdrant..", "io.grpc..");

  @ArchTest
  static final ArchRule onlyCompositionRootsNameTheQdrantAdapter = noClasses()
      .that()
      .resideOutsideOfPackages("io.tierkeeper.qdrant.grpc..", "io.tierkeeper.lab..")
      .and()
      .areNotAssignableTo(OperatorCommand.class)
      .and()
      .areNotAssignableTo(QdrantOption.class)
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.tierkeeper.qdrant.grpc..");

  @ArchTest
  static final ArchRule onlyCompositionRootsOfTheLaboratoryNameTheAdapterOrTheEmulator = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.lab..")
      .and()
      .resideOutsideOfPackages(
          "io.tierkeeper.lab.benchmarks.load..",
          "io.tierkeeper.lab.benchmarks.search..",
          "io.tierkeeper.lab.commands..",
          "io.tierkeeper.lab.demo..",
          "io.tierkeeper.lab.faults..",
          "io.tierkeeper.lab.scene..",
          "io.tierkeeper.lab.qdrant..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.tierkeeper.qdrant.grpc..", "io.tierkeeper.lab.qdrant.emulator..");

  @ArchTest
  static final ArchRule theAdapterDoesNotDependOnTheEmulator = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.qdrant.grpc..")
      .should()
      .dependOnClassesThat()
      .resideInAPackage("io.tierkeeper.lab.qdrant.emulator..");

  @ArchTest
  static final ArchRule theEmulatorDoesNotDependOnTheAdapter = noClasses()
      .that()
      .resideInAPackage("io.tierkeeper.lab.qdrant.emulator..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("io.tierkeeper.qdrant.grpc..");

  @ArchTest
  static final ArchRule movesDoNotDependOnKubernetes = noClasses()
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
