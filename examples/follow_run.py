#!/usr/bin/python3
"""Follows a run of image-tools by its topics alone, and prints what became of each image.

Usage: follow_run.py BOOTSTRAP_SERVER RUN [PREFIX]
Needs confluent-kafka: apt-get install python3-confluent-kafka, or pip install confluent-kafka.
Exit status: 0 all images are mirrored, 1 not all, 2 the cluster knows no such run.
The topics are described in docs/results-topic.md and docs/asyncapi.yaml.
"""

import json
import sys
import uuid

try:
    from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
except ImportError:
    sys.exit("confluent-kafka is not here: apt-get install python3-confluent-kafka")

# Of several results of a job the best counts: events come at least once, and in any order.
WORTH = {"MIRRORED": 4, "UNCHANGED": 3, "FAILED": 2, "CANCELLED": 1}


def consumer(servers):
    return Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "follow-run-" + uuid.uuid4().hex,  # needed, and never committed to
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )


def records(kafka, ends):
    """Yields values; None when the end is reached that the topic has now."""
    while True:
        message = kafka.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() != KafkaError._PARTITION_EOF:
                raise KafkaException(message.error())
            if ends:
                yield None
        elif message.value() is not None:
            yield json.loads(message.value())


def find_run(servers, topic, run):
    """The last record of the run: how many jobs, and where its events begin. None: unknown."""
    kafka = consumer(servers)
    kafka.assign([TopicPartition(topic, 0, 0)])
    found = None
    for value in records(kafka, ends=True):
        if value is None:
            kafka.close()
            return found
        if value.get("type") == "RUN" and value.get("run") == run:
            found = value
    return None


def follow(servers, topic, opened):
    """Reads events until each job of the run has a result. Returns outcomes by number."""
    kafka = consumer(servers)
    kafka.assign([TopicPartition(topic, opened["statusPartition"], opened["statusOffset"])])
    results = {}
    events = records(kafka, ends=False)
    while len(results) < opened["jobs"]:
        value = next(events)
        if value.get("type") != "JOB_FINISHED" or value.get("run") != opened["run"]:
            continue  # other types are for other purposes; new ones may come
        old = results.get(value["number"])
        if old is None or WORTH.get(value["outcome"], 0) > WORTH.get(old["outcome"], 0):
            results[value["number"]] = value
    kafka.close()
    return results


def main(servers, run, prefix="mirror"):
    opened = find_run(servers, prefix + ".runs", run)
    if opened is None:
        print(f"the cluster knows no run {run}", file=sys.stderr)
        return 2
    results = follow(servers, prefix + ".status", opened)
    for number, result in sorted(results.items()):
        kind = " " + result["failure"]["kind"] if "failure" in result else ""
        print(f"{number} {result['outcome']}{kind} {result['source']} {result['destination']}")
    good = all(result["outcome"] in ("MIRRORED", "UNCHANGED") for result in results.values())
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
