package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.imagetools.common.job.FailureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents name classes, kinds and files that are there. */
class DocumentsTest {
  private static final Pattern CLASS_NAME =
      Pattern.compile("`([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)`");

  /** Classes of others that our documents name. */
  private static final Set<String> FOREIGN =
      Set.of("ProcessBuilder", "KafkaTemplate", "KafkaShareConsumer");

  /** A relative one. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)[^)]*\\)");

  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");

  @ParameterizedTest
  @ValueSource(strings = {"ARCHITECTURE.md", "CONTRIBUTING.md"})
  void every_class_that_a_document_names_is_there(String document) throws IOException {
    Set<String> known =
        new ClassFileImporter()
            .importPackages("io.imagetools").stream()
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    Matcher names = CLASS_NAME.matcher(Files.readString(Repository.root().resolve(document)));
    while (names.find()) {
      if (!known.contains(names.group(1)) && !FOREIGN.contains(names.group(1))) {
        unknown.add(names.group(1));
      }
    }

    assertThat(unknown).as("named in %s and not in the code", document).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/sizing.md"})
  void every_file_that_a_document_links_is_there(String document) throws IOException {
    Path page = Repository.root().resolve(document);
    Matcher links = LINK.matcher(Files.readString(page));
    int seen = 0;
    while (links.find()) {
      assertThat(page.resolveSibling(links.group(1))).exists();
      seen++;
    }
    assertThat(seen).isPositive();
  }

  @Test
  void the_results_topic_is_described_with_every_failure_kind() throws IOException {
    String page = Files.readString(Repository.root().resolve("docs/results-topic.md"));

    for (FailureKind kind : FailureKind.values()) {
      assertThat(page).contains(kind.name());
    }
  }

  @Test
  void every_test_that_the_page_on_the_original_names_is_there() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(Repository.root())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    Matcher tests = TEST.matcher(Files.readString(Repository.root().resolve("docs/original.md")));
    int seen = 0;
    while (tests.find()) {
      assertThat(sources).containsKey(tests.group(1) + ".java");
      assertThat(sources.get(tests.group(1) + ".java")).contains("void " + tests.group(2) + "(");
      seen++;
    }
    assertThat(seen).isPositive();
  }
}
