package io.imagetools.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.LogContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingTest.class);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @AfterEach
  void forget() {
    MDC.clear();
    Logging.summariseJobs(false);
  }

  private String said() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_line_has_time_level_run_job_and_image_before_the_message() {
    Logging.start(err, false, LogFormat.text, false);
    MDC.put(LogContext.RUN, "20261124-133000-0f3a9");
    MDC.put(LogContext.JOB, "3");
    MDC.put(LogContext.IMAGE, "1");

    LOG.warn("attempt {} of {} in {} s", 2, 5, 8);

    assertThat(said())
        .matches(
            "\\d\\d:\\d\\d:\\d\\d \\[WARN\\] \\[20261124-133000-0f3a9\\] \\[M_ID:3\\]"
                + " \\[IMG_ID:1\\] attempt 2 of 5 in 8 s\\R");
  }

  @Test
  void foreign_text_can_neither_begin_a_line_nor_drive_the_terminal() {
    Logging.start(err, false, LogFormat.text, false);

    LOG.error("answered {}", "evil\n12:00:00 [INFO] all is well\u001b[2J\r");

    assertThat(said()).hasLineCount(1).doesNotContain("\u001b").contains("evil | 12:00:00");
  }

  @Test
  void colour_is_there_only_if_it_is_wanted() {
    Logging.start(err, true, LogFormat.text, false);

    LOG.info("hello");

    assertThat(said()).contains("\u001b[36m[INFO]\u001b[0m");
  }

  @Test
  void json_is_one_object_a_line_with_the_context() {
    Logging.start(err, false, LogFormat.json, false);
    MDC.put(LogContext.JOB, "3");

    LOG.info("a \"quoted\"\nmessage");

    assertThat(said())
        .hasLineCount(1)
        .contains("\"level\":\"INFO\"", "\"job\":\"3\"", "a \\\"quoted\\\"\\nmessage");
  }

  @Test
  void stack_traces_are_for_debug_and_causes_for_everybody() {
    Logging.start(err, false, LogFormat.text, false);
    LOG.warn("It failed.", new IllegalStateException("the cause"));
    String without = said();
    bytes.reset();

    Logging.start(err, false, LogFormat.text, true);
    LOG.warn("It failed.", new IllegalStateException("the cause"));

    assertThat(without).hasLineCount(1).contains("It failed. (the cause)");
    assertThat(said()).contains("at " + LoggingTest.class.getName());
  }

  @Test
  void lines_of_jobs_that_go_well_are_left_out_where_a_bar_counts_them() {
    Logging.start(err, false, LogFormat.text, false);
    Logging.summariseJobs(true);
    MDC.put(LogContext.JOB, "3");

    LOG.info("goes well");
    LOG.error("goes wrong");

    assertThat(said()).doesNotContain("goes well").contains("goes wrong");
  }
}
