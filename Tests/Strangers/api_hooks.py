"""What schemathesis has to know of the HTTP API: streams of lines, and what is a matter of the key and not of a schema.

Streams are arrays to a schema; on the wire they are NDJSON. A topic is one of the key's app, as an application is; an Idempotency-Key,
or a message's id, is new with each request, as the description says: no schema can state either. STREAMS names a file that counts
the streams with their lines.
"""

import json
import os
import uuid

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData

APP = "com.example.app"
SUFFIXES = {
    "voip": ".voip", "complication": ".complication", "fileprovider": ".pushkit.fileprovider", "liveactivity": ".push-type.liveactivity",
    "widgets": ".push-type.widgets", "controls": ".push-type.controls", "location": ".location-query", "pushtotalk": ".voip-ptt"}


@schemathesis.serializer("application/x-ndjson")
def write_lines(context, value):
    """An array as its lines; what a negative case has in its place as one."""
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@schemathesis.deserializer("application/x-ndjson")
def read_lines(context, response):
    return [json.loads(line) for line in response.content.splitlines()]


def use_own_topic(envelope):
    """Makes a topic, where there is one, that of the key's app, with the suffix that its type of push has."""
    headers = envelope.get("headers") or {}
    if headers.get("apns-topic"):
        headers["apns-topic"] = APP + SUFFIXES.get(headers.get("apns-push-type"), "")
    if envelope.get("topic"):
        envelope["topic"] = APP
    if envelope.get("application"):
        envelope["application"] = "chat"
    if envelope.get("object_name"):
        envelope["id"] = str(uuid.uuid4())


@schemathesis.hook
def before_call(context, case, kwargs):
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    for envelope in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(envelope, dict):
            use_own_topic(envelope)
    if case.query and case.query.get("application"):
        case.query["application"] = "chat"
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """A stream is refused line by line, which every_line_is_answered looks at."""
    return not (isinstance(failure, AcceptedNegativeData) and is_answered_stream(case, response))


def is_answered_stream(case, response):
    return case.media_type == "application/x-ndjson" and response.status_code == 200


@schemathesis.check
def every_line_is_answered(context, response, case):
    """A stream has an answer for each line: that it is taken where all fit the schema, and a refusal where one does not."""
    if not case.meta or not is_answered_stream(case, response):
        return
    answers = [json.loads(line) for line in response.content.splitlines()]
    refusals = [answer for answer in answers if answer["status"] not in (200, 201, 202)]
    assert [answer["line"] for answer in answers] == list(range(1, len(answers) + 1)), answers
    if isinstance(case.body, list):
        assert len(answers) == len(case.body), answers
    if not case.meta.generation.mode.is_positive:
        assert refusals, answers
        return
    assert not refusals, refusals
    with open(os.environ["STREAMS"], "a") as streams:
        streams.write(f"{len(answers)}\n")
