package io.imagetools.cli.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against one that takes connections, as the kernel does for it, and says nothing on them. */
@Timeout(60)
class SilentReceiverTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final Duration NEVER = Duration.ofHours(1);

  private final ServerSocket receiver;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  SilentReceiverTest() throws IOException {
    receiver = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    threads.shutdownNow();
    receiver.close();
  }

  private WebhookTarget target(Duration answer) {
    URI address = URI.create("http://localhost:" + receiver.getLocalPort() + "/hook");
    return new WebhookTarget(
        address, new byte[16], Clock.systemUTC(), HttpClient.newBuilder(), answer);
  }

  @Test
  void the_end_of_a_run_does_not_wait_for_an_attempt_of_each_failure_before_it() throws Exception {
    try (Webhooks webhooks =
        new Webhooks(target(Duration.ofMillis(250)), Duration.ofMillis(1), NEVER)) {
      for (int i = 0; i < 200; i++) {
        webhooks.tell("image-" + i, "IMAGE_FAILED", BODY);
      }

      assertThat(end(webhooks, "run-1")).succeedsWithin(Duration.ofSeconds(20));
      // The receiver is known to be ill by now.
      for (int i = 0; i < 200; i++) {
        webhooks.tell("image-" + i, "IMAGE_FAILED", BODY);
      }
      assertThat(end(webhooks, "run-2")).succeedsWithin(Duration.ofSeconds(20));
    }
  }

  @Test
  void the_end_of_a_run_waits_for_some_minutes_whatever_the_reason() throws Exception {
    try (Webhooks webhooks =
        new Webhooks(target(NEVER), Duration.ofMillis(1), Duration.ofMillis(50))) {
      assertThat(end(webhooks, "run-1")).succeedsWithin(Duration.ofSeconds(20));
      receiver.close(); // so that nothing is on its way at the end
    }
  }

  @Test
  void an_answer_that_stops_in_the_middle_is_none() {
    CountDownLatch tested = new CountDownLatch(1);
    Future<?> unused = threads.submit(() -> beginAnswer(tested));

    assertThatThrownBy(() -> target(Duration.ofSeconds(1)).tell(new Notice("a", "b", "{}", tested)))
        .isInstanceOf(HttpTimeoutException.class);
    tested.countDown();
  }

  private Future<?> end(Webhooks webhooks, String run) {
    return threads.submit(
        () -> {
          webhooks.tellAndWait(run, "RUN_FINISHED", BODY);
          return run;
        });
  }

  private boolean beginAnswer(CountDownLatch tested) throws Exception {
    try (Socket connection = receiver.accept()) {
      String head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
      connection.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return tested.await(1, TimeUnit.MINUTES);
    }
  }
}
