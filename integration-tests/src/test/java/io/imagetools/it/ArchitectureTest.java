package io.imagetools.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.imagetools.worker.queue.HandlerAround;
import io.imagetools.worker.queue.JobHandler;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who may know whom. The picture is in ARCHITECTURE.md; these rules keep it true. */
class ArchitectureTest {
  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/it/"))
          .importPackages("io.imagetools");

  private static final String[] PURE = {
    "io.imagetools.common.image",
    "io.imagetools.common.imagelist",
    "io.imagetools.common.job",
    "io.imagetools.common.process",
    "io.imagetools.common.trace",
    "io.imagetools.producer.plan",
    "io.imagetools.collector.ledger"
  };

  private static void check(ArchRule rule) {
    rule.check(PROJECT);
  }

  private static DescribedPredicate<JavaClass> oursOutsideOf(String... packages) {
    return resideInAPackage("io.imagetools..").and(not(resideInAnyPackage(packages)));
  }

  private static ArchRule only(String who, DescribedPredicate<JavaClass> knows, String... may) {
    return noClasses().that(oursOutsideOf(may)).should().dependOnClassesThat(knows).because(who);
  }

  @Test
  void packages_form_no_cycle() {
    check(slices().matching("io.imagetools.(**)").should().beFreeOfCycles());
  }

  @Test
  void the_pure_core_knows_the_jdk_and_itself_only() {
    String[] known = new String[PURE.length + 2];
    System.arraycopy(PURE, 0, known, 0, PURE.length);
    known[PURE.length] = "java..";
    known[PURE.length + 1] = "org.jspecify..";
    check(
        classes()
            .that(resideInAnyPackage(PURE))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(known)));
  }

  @Test
  void roles_know_common_and_not_each_other() {
    List<String> roles = List.of("producer", "worker", "collector");
    for (String role : roles) {
      String[] others =
          roles.stream()
              .filter(other -> !other.equals(role))
              .map(other -> "io.imagetools." + other + "..")
              .toArray(String[]::new);
      check(
          noClasses()
              .that()
              .resideInAPackage("io.imagetools." + role + "..")
              .should()
              .dependOnClassesThat(
                  resideInAnyPackage(others).or(resideInAPackage("io.imagetools.cli.."))));
    }
  }

  @Test
  void only_the_wire_format_and_the_speakers_of_other_formats_know_jackson() {
    check(
        only(
            "records are read and written in one place",
            resideInAPackage("tools.jackson.."),
            "io.imagetools.common.wire",
            "io.imagetools.worker.engine.manifest",
            "io.imagetools.worker.registry",
            "io.imagetools.worker.credentials",
            "io.imagetools.testing.."));
  }

  @Test
  void only_one_package_starts_processes() {
    check(
        only(
            "programs get no shell, a limit, and an end",
            describe("start processes", type -> type.isEquivalentTo(ProcessBuilder.class)),
            "io.imagetools.worker.program",
            "io.imagetools.testing.."));
  }

  @Test
  void only_execution_knows_resilience4j() {
    check(
        only(
            "there is one place that tries again",
            resideInAPackage("io.github.resilience4j.."),
            "io.imagetools.worker.execution"));
  }

  @Test
  void only_one_package_measures_and_serves_http() {
    check(
        only(
            "what is counted passes through one place",
            resideInAnyPackage("io.micrometer..", "io.prometheus..", "com.sun.net.httpserver.."),
            "io.imagetools.cli.metrics",
            "io.imagetools.cli.warmup", // serves HTTP to itself, once after a build
            "io.imagetools.testing.."));
  }

  @Test
  void only_one_package_knows_opentelemetry() {
    check(
        only(
            "it is loaded only where somebody wants traces",
            resideInAPackage("io.opentelemetry.."),
            "io.imagetools.cli.tracing"));
  }

  @Test
  void only_the_command_line_knows_picocli_and_the_progress_bar() {
    check(
        only(
            "commands are built from injected parts",
            resideInAnyPackage("picocli..", "me.tongfei.."),
            "io.imagetools.cli.."));
  }

  @Test
  void only_the_embedded_broker_knows_the_brokers_own_classes() {
    check(
        only(
            "they are no public interface of Kafka",
            resideInAnyPackage(
                "kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server.."),
            "io.imagetools.cli.local"));
  }

  @Test
  void only_ordinary_topics_are_handled_by_spring() {
    check(
        only(
            "see docs/adr/0006",
            resideInAPackage("org.springframework.."),
            "io.imagetools.worker.results",
            "io.imagetools.collector.intake"));
  }

  @Test
  void kafka_is_known_at_the_edges_only() {
    check(
        only(
            "the rest works on domain types",
            resideInAPackage("org.apache.kafka.."),
            "io.imagetools.common.kafka",
            "io.imagetools.producer.publish",
            "io.imagetools.worker.queue.classic",
            "io.imagetools.worker.queue.share",
            "io.imagetools.worker.queue.topic",
            "io.imagetools.worker.parking",
            "io.imagetools.worker.results",
            "io.imagetools.collector.intake",
            "io.imagetools.cli.role",
            "io.imagetools.cli.local"));
  }

  @Test
  void whoever_wraps_a_handler_of_jobs_passes_all_questions_on() {
    check(
        classes()
            .that()
            .implement(JobHandler.class)
            .and()
            .doNotHaveSimpleName("MirrorJobHandler") // which answers them
            .should()
            .beAssignableTo(HandlerAround.class));
  }

  @Test
  void only_main_ends_the_process() {
    check(
        noClasses()
            .that(oursOutsideOf("io.imagetools.cli", "io.imagetools.testing.."))
            .should()
            .callMethod(System.class, "exit", int.class));
  }

  @Test
  void names_are_domain_words() {
    Pattern empty = Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Misc|Dto)$");
    check(
        noClasses()
            .should(
                com.tngtech.archunit.lang.conditions.ArchConditions.be(
                    describe(
                        "named by a word that says nothing",
                        type -> empty.matcher(type.getSimpleName()).matches()))));
  }
}
