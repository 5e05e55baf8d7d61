package io.imagetools.producer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.imagelist.ImageListParser;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.imagelist.ListLineWriter;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final RunId RUN = new RunId("run-1");
  private static final String SHA =
      "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @Test
  void numbers_jobs_in_list_order_and_keeps_the_lines_they_stand_on() {
    Plan plan = plan(overrides(null, null), "# head", "a h.io/a 1", "", "b h.io/b 2");

    assertThat(plan.jobs()).extracting(MirrorJob::id).containsExactly(id(1), id(2));
    assertThat(plan.jobs()).extracting(MirrorJob::line).containsExactly(2, 4);
    assertThat(plan.rejected()).isEmpty();
    assertThat(plan.duplicates()).isZero();
  }

  @Test
  void without_overrides_the_registries_of_the_list_count() {
    assertThat(written(plan(overrides(null, null), "a r.io/x/a 1", "q.io/b c/b 2")))
        .containsExactly("docker.io/library/a r.io/x/a 1", "q.io/b docker.io/c/b 2");
  }

  @Test
  void overrides_replace_both_registries_and_keep_the_paths() {
    assertThat(
            written(plan(overrides("s.io", "h.io/mirror"), "nginx nginx 1", "q.io/b r.io/c/b 2")))
        .containsExactly("s.io/nginx h.io/mirror/nginx 1", "s.io/b h.io/mirror/c/b 2");
  }

  @Test
  void a_tag_or_a_digest_in_a_name_stays_under_another_registry() {
    Overrides overrides = overrides("s.io", "h.io");

    assertThat(written(plan(overrides, "nginx:1.2", "nginx:1.3 nginx:2", "a@" + SHA + " b:2")))
        .containsExactly(
            "s.io/nginx h.io/nginx 1.2",
            "s.io/nginx:1.3 h.io/nginx:2",
            "s.io/a@" + SHA + " h.io/b:2");
  }

  @Test
  void a_release_list_keeps_path_tag_and_digest_under_the_destination_registry() {
    Plan plan =
        plan(
            overrides(null, "h.io/mirror"),
            "tools/agent:v0.8.0",
            "alpine",
            "k.io/in/controller:v1@" + SHA);

    assertThat(written(plan))
        .containsExactly(
            "docker.io/tools/agent h.io/mirror/tools/agent v0.8.0",
            "docker.io/library/alpine h.io/mirror/alpine latest",
            "k.io/in/controller:v1@" + SHA + " h.io/mirror/in/controller:v1");
  }

  @Test
  void a_release_list_needs_a_destination_registry() {
    Plan plan = plan(overrides("s.io", null), "tools/agent:v0.8.0", "a h.io/a 1");

    assertThat(plan.jobs()).hasSize(1);
    assertThat(plan.rejected())
        .containsExactly(
            new RejectedLine(
                1,
                "tools/agent:v0.8.0",
                "It names no destination: set a registry with -d, or with DOCKER_REGISTRY."));
  }

  @Test
  void the_lines_of_a_plan_give_the_same_plan_under_the_same_overrides() {
    Overrides overrides = overrides("s.io/in", "h.io/mirror");
    Plan plan = plan(overrides, "nginx nginx 1", "alpine", "in/x", "h.io/mirror/z:2", "a:1@" + SHA);

    Plan again = plan(overrides, written(plan).toArray(String[]::new));

    assertThat(again.jobs()).hasSize(5);
    assertThat(written(again)).isEqualTo(written(plan));
  }

  @Test
  void malformed_lines_are_kept_in_list_order_among_the_others() {
    Plan plan = plan(overrides(null, null), "x", "a b c d", "c h.io/c 1", "d h.io/d:1 1");

    assertThat(plan.rejected()).extracting(RejectedLine::line).containsExactly(1, 2, 4);
    assertThat(plan.rejected()).extracting(RejectedLine::text).contains("a b c d");
  }

  @Test
  void the_same_source_and_destination_twice_are_one_job_said_once_per_line() {
    Plan plan =
        plan(
            overrides(null, null),
            "nginx h.io/n 1",
            "a h.io/a 1",
            "docker.io/library/nginx:1 h.io/n:1",
            "nginx\th.io/n\t1");

    assertThat(plan.jobs()).extracting(MirrorJob::line).containsExactly(1, 2);
    assertThat(plan.duplicates()).isEqualTo(2);
    assertThat(plan.repeated())
        .containsExactly(
            "Line 3 says the same as line 1: it is mirrored once.",
            "Line 4 says the same as line 1: it is mirrored once.");
  }

  @Test
  void docker_hub_under_its_old_name_is_no_other_source() {
    Plan plan =
        plan(
            overrides(null, null),
            "nginx h.io/n 1",
            "index.docker.io/nginx h.io/n 1",
            "index.docker.io/library/nginx:1 h.io/n:1");

    assertThat(plan.jobs()).extracting(MirrorJob::line).containsExactly(1);
    assertThat(plan.duplicates()).isEqualTo(2);
    assertThat(plan.rejected()).isEmpty();
  }

  @Test
  void equal_digests_are_the_same_source_whatever_the_tags_beside_them() {
    Plan plan = plan(overrides(null, null), "a/b:1@" + SHA + " h.io/b", "a/b:2@" + SHA + " h.io/b");

    assertThat(plan.jobs()).hasSize(1);
    assertThat(plan.duplicates()).isEqualTo(1);
  }

  @Test
  void of_two_sources_for_one_destination_neither_is_mirrored_and_each_names_the_other() {
    Plan plan = plan(overrides(null, "h.io"), "q.io/m/m:latest", "x/y", "docker.io/m/m:latest");

    assertThat(plan.jobs()).extracting(MirrorJob::line).containsExactly(2);
    assertThat(plan.rejected()).extracting(RejectedLine::line).containsExactly(1, 3);
    assertThat(plan.rejected().get(0).reason())
        .isEqualTo(
            "Line 3 would write h.io/m/m:latest too, from another source: keep one of them.");
    assertThat(plan.rejected().get(1).reason()).startsWith("Line 1 would write h.io/m/m:latest");
  }

  @Test
  void in_a_larger_conflict_every_line_is_rejected_and_names_each_other_source() {
    Plan plan = plan(overrides(null, null), "a h.io/x 1", "b h.io/x 1", "a h.io/x 1", "c h.io/x 1");

    assertThat(plan.jobs()).isEmpty();
    assertThat(plan.duplicates()).isZero();
    assertThat(plan.rejected())
        .extracting(line -> line.reason().substring(0, 14))
        .containsExactly("Lines 2, 4 wou", "Lines 1, 4 wou", "Lines 2, 4 wou", "Lines 1, 2 wou");
  }

  @Test
  void a_name_that_the_prefix_makes_too_long_is_rejected() {
    Plan plan = plan(overrides(null, "h.io/" + "p".repeat(200)), "x/" + "y".repeat(100));

    assertThat(plan.rejected()).singleElement().extracting(RejectedLine::line).isEqualTo(1);
  }

  @Test
  void platforms_and_overwrite_go_into_every_job() {
    Overrides overrides = new Overrides(null, null, PlatformSelector.ALL, true, true);

    MirrorJob job = plan(overrides, "a h.io/a 1").jobs().get(0);

    assertThat(job.platforms()).isEqualTo(PlatformSelector.ALL);
    assertThat(job.overwrite()).isTrue();
    assertThat(job.referrers()).isTrue();
  }

  @Test
  void a_hundred_thousand_lines_take_about_a_second_even_if_all_conflict() {
    List<ListLine> good = lines(i -> "team/image-" + i + ":v" + i % 7);
    List<ListLine> bad = lines(i -> "team/image-" + i / 2 + " h.io/one 1");
    ThreadMXBean work = ManagementFactory.getThreadMXBean();
    long start = work.getCurrentThreadCpuTime();

    Plan plan = Planner.plan(RUN, good, overrides(null, "h.io/mirror"));
    Plan conflicts = Planner.plan(RUN, bad, overrides(null, null));

    assertThat(plan.jobs()).hasSize(100_000);
    assertThat(conflicts.rejected()).hasSize(100_000);
    // Far above what it takes, far below what a look at each pair of lines would.
    // The processor's time: others may want the machine, too.
    assertThat(Duration.ofNanos(work.getCurrentThreadCpuTime() - start))
        .isLessThan(Duration.ofSeconds(20));
  }

  private static List<ListLine> lines(java.util.function.IntFunction<String> text) {
    return IntStream.rangeClosed(1, 100_000)
        .mapToObj(i -> ImageListParser.parse(i, text.apply(i)))
        .toList();
  }

  private static Plan plan(Overrides overrides, String... lines) {
    return Planner.plan(
        RUN,
        IntStream.range(0, lines.length)
            .mapToObj(i -> ImageListParser.parse(i + 1, lines[i]))
            .toList(),
        overrides);
  }

  private static Overrides overrides(@Nullable String source, @Nullable String destination) {
    return new Overrides(
        source == null ? null : RegistryOverride.parse(source),
        destination == null ? null : RegistryOverride.parse(destination),
        PlatformSelector.DEFAULT,
        false,
        false);
  }

  private static JobId id(int number) {
    return new JobId(RUN, number);
  }

  private static List<String> written(Plan plan) {
    return plan.jobs().stream()
        .map(job -> ListLineWriter.line(job.source(), job.destination()))
        .toList();
  }
}
