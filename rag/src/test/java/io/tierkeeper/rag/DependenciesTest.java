package io.tierkeeper.rag;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What applications get with this module, and with the client. Here, since the distributions have neither of them. */
@AnalyzeClasses(
    packages = {"io.tierkeeper.rag", "io.tierkeeper.client"},
    importOptions = ImportOption.DoNotIncludeTests.class)
class DependenciesTest {

  @ArchTest
  static final ArchRule theAdapterDependsOnTheClientAndTheCoreOfLangChain4jOnly = classes()
      .that()
      .resideInAPackage("io.tierkeeper.rag..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.tierkeeper.rag..",
          "io.tierkeeper.client..",
          "dev.langchain4j..",
          // Filters, which the client takes.
          "io.qdrant.client..",
          // Both come with the core of LangChain4j.
          "com.fasterxml.jackson..",
          "org.slf4j..",
          "java..",
          "org.jspecify..");

  @ArchTest
  static final ArchRule theModelsDoNotDependOnTheStore = classes()
      .that()
      .resideInAPackage("io.tierkeeper.rag.tei..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.tierkeeper.rag.tei..",
          "dev.langchain4j..",
          "com.fasterxml.jackson..",
          "java..",
          "org.jspecify..");

  @ArchTest
  static final ArchRule theClientDependsOnTheOfficialOneOnly = classes()
      .that()
      .resideInAPackage("io.tierkeeper.client..")
      .should()
      .onlyDependOnClassesThat()
      .resideInAnyPackage(
          "io.tierkeeper.client..",
          "io.qdrant.client..",
          "io.grpc..",
          "com.google.protobuf..",
          "com.google.common..",
          "io.micrometer.core..",
          "java..",
          "javax..",
          "org.jspecify..");
}
