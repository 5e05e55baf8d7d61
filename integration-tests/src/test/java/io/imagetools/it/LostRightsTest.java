package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.kafka.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

/** Rights that are taken from a role in the middle of its work, and given back. */
class LostRightsTest extends SecuredRoles {

  @Test
  void a_worker_that_loses_a_right_says_so_once_and_goes_on_when_it_has_it_again()
      throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    List<Right> group = List.of(Right.onGroup(AclOperation.READ, topics.shareGroup()));
    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("takes jobs from"));
      String warning = "needs READ on the group " + topics.shareGroup();

      broker.deny(user(Role.WORKER), group);
      await().atMost(PATIENCE).until(() -> worker.err().contains(warning));
      CommandRun enqueued = enqueue(topics, 1);
      assertThat(enqueued.status()).as(enqueued.err()).isZero();
      broker.allow(user(Role.WORKER), group);

      await().atMost(PATIENCE).until(() -> worker.err().contains("Successfully copied"));
      assertThat(worker.err().split(warning, -1)).hasSize(2);
      assertThat(worker.isAlive()).isTrue();
    }
  }

  @Test
  void a_result_that_may_not_be_written_waits_until_it_may() throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    List<Right> status = List.of(Right.onTopic(AclOperation.WRITE, topics.status()));
    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("takes jobs from"));
      String warning = "needs WRITE on the topic " + topics.status();

      broker.deny(user(Role.WORKER), status);
      CommandRun enqueued = enqueue(topics, 1);
      assertThat(enqueued.status()).as(enqueued.err()).isZero();
      await().atMost(PATIENCE).until(() -> worker.err().contains(warning));
      broker.allow(user(Role.WORKER), status);

      await().atMost(PATIENCE).until(() -> worker.err().contains("The broker answers again"));
      assertThat(worker.err().split(warning, -1)).hasSize(2);
    }
  }

  @Test
  void a_worker_that_may_no_longer_read_jobs_or_runs_says_so_and_takes_jobs_when_it_may()
      throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    List<Right> reading =
        List.of(
            Right.onTopic(AclOperation.READ, topics.jobs()),
            Right.onTopic(AclOperation.READ, topics.runs()));
    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("takes jobs from"));

      broker.deny(user(Role.WORKER), reading);
      CommandRun enqueued = enqueue(topics, 1);
      assertThat(enqueued.status()).as(enqueued.err()).isZero();
      for (Right right : reading) {
        await().atMost(PATIENCE).until(() -> worker.err().contains("needs " + right));
      }
      broker.allow(user(Role.WORKER), reading);

      await().atMost(PATIENCE).until(() -> worker.err().contains("Successfully copied"));
      await().atMost(PATIENCE).until(() -> worker.err().contains("runs are noticed again"));
      for (Right right : reading) {
        assertThat(worker.err().split("needs " + right, -1)).hasSize(2);
      }
    }
  }

  @Test
  void a_collector_that_loses_a_right_says_so_once_and_ends_its_run_when_it_has_it_again()
      throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    for (Role role : Role.values()) {
      allow(role, topics);
    }
    List<Right> reading = List.of(Right.onTopic(AclOperation.READ, topics.status()));
    CommandRun enqueued = enqueue(topics, 1);
    String[] collect =
        arguments(Role.COLLECTOR, topics, "collect", enqueued.out().strip()).toArray(String[]::new);
    try (ProgramProcess collector = ProgramProcess.start(folder, Map.of(), collect)) {
      String warning = "needs " + reading.get(0);
      await().atMost(PATIENCE).until(() -> collector.err().contains("0 of 1 done"));

      broker.deny(user(Role.COLLECTOR), reading);
      await().atMost(PATIENCE).until(() -> collector.err().contains(warning));
      broker.allow(user(Role.COLLECTOR), reading);
      try (ProgramProcess worker = worker(topics)) {
        assertThat(collector.exit(90)).as(collector.err() + worker.err()).isZero();
      }
      assertThat(collector.err().split(warning, -1)).hasSize(2);
    }
  }
}
