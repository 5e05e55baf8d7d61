#!/usr/bin/python3
"""Follows a run of image-tools by its topics alone, and prints what became of each image.

Usage: follow_run.py BOOTSTRAP_SERVER RUN [PREFIX [SECONDS]]
SECONDS: so long a cancelled run may be silent until its other jobs are given up; 600 if left out.
Needs confluent-kafka: apt-get install python3-confluent-kafka, or pip install confluent-kafka.
Exit status: 0 all images are mirrored, 1 not all, 2 the cluster knows no such run.
The topics are described in docs/results-topic.md and docs/asyncapi.yaml.
"""

import json
import sys
import time
import uuid

try:
    from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
except ImportError:
    sys.exit("confluent-kafka is not here: apt-get install python3-confluent-kafka")

# Of several results of a job the best counts: events come at least once, and in any order.
WORTH = {"MIRRORED": 4, "UNCHANGED": 3, "FAILED": 2, "CANCELLED": 1}

OF_JOBS = ("JOB_PLANNED", "JOB_STARTED", "JOB_FINISHED")

PAUSE = 1  # seconds between two looks


def consumer(servers):
    return Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "follow-run-" + uuid.uuid4().hex,  # needed, and never committed to
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",  # where the beginning is deleted by now
        }
    )


def records(kafka, topic, partition, offset):
    """Yields offsets and values from there to the end that the topic has now."""
    kafka.assign([TopicPartition(topic, partition, offset)])
    while True:
        message = kafka.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() == KafkaError._PARTITION_EOF:
                return
            raise KafkaException(message.error())
        if message.value() is not None:
            yield message.offset(), json.loads(message.value())


def find_run(kafka, topic, run):
    """The last record of the run: how many jobs, and where its events begin. None: unknown."""
    found = None
    for _, value in records(kafka, topic, 0, 0):
        if value.get("type") == "RUN" and value.get("run") == run:
            found = value
    return found


def follow(kafka, prefix, opened, silence):
    """Reads events until each job of the run has a result, or gets none any more.

    Returns by number what is known of the jobs; one without an outcome was given up.
    """
    run, state, offset = opened["run"], opened["state"], opened["statusOffset"]
    jobs, results = {}, {}
    heard = time.monotonic()
    while True:
        for at, value in records(kafka, prefix + ".status", opened["statusPartition"], offset):
            offset = at + 1
            if value.get("run") != run or value.get("type") not in OF_JOBS:
                continue  # other types are for other purposes; new ones may come
            heard = time.monotonic()
            jobs[value["number"]] = {key: value[key] for key in ("source", "destination")}
            if value["type"] != "JOB_FINISHED":
                continue
            old = results.get(value["number"])
            if old is None or WORTH.get(value["outcome"], 0) > WORTH.get(old["outcome"], 0):
                results[value["number"]] = value
        # Nobody writes down that a job was given up: then only the run's state says that it is over.
        # A cancelled run keeps that state, so that its silence has to do.
        given_up = state == "CANCELLED" and time.monotonic() - heard > silence
        if len(results) >= opened["jobs"] or state == "DONE" or given_up:
            numbers = range(1, opened["jobs"] + 1)
            return {each: results.get(each) or jobs.get(each, {}) for each in numbers}
        time.sleep(PAUSE)
        # Before the events, so that all are read that were there when the run was done.
        state = (find_run(kafka, prefix + ".runs", run) or opened)["state"]


def main(servers, run, prefix="mirror", silence="600"):
    kafka = consumer(servers)
    opened = find_run(kafka, prefix + ".runs", run)
    if opened is None:
        print(f"the cluster knows no run {run}", file=sys.stderr)
        return 2
    print(f"{run} is {opened['state']} and has {opened['jobs']} jobs", file=sys.stderr)
    jobs = follow(kafka, prefix, opened, float(silence))
    kafka.close()
    for number, job in jobs.items():
        outcome = job.get("outcome", "NO_RESULT")
        kind = " " + job["failure"]["kind"] if "failure" in job else ""
        print(f"{number} {outcome}{kind} {job.get('source', '?')} {job.get('destination', '?')}")
    good = all(job.get("outcome") in ("MIRRORED", "UNCHANGED") for job in jobs.values())
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
