"""Faults that users have reported of other programs that take pushes by HTTP, tried on the HTTP API.

Those are gorush, ntfy, Mercure and servers that answer 'Expect: 100-continue'. Called by api.py.
"""

import concurrent.futures
import contextlib
import json
import socket

from api_service import KEYS, Client, bodies, envelope
from programs import arrived, eventually


def with_bad_tokens(port):
    """gorush: a notification that is refused before it is sent, with a long list of device tokens, ends the service."""
    answer, answers = Client(port, "all").stream([envelope(token="A" * 600)] * 600 + [envelope(title="drop")])
    assert answer.status_code == 200 and [line["status"] for line in answers] == [422] * 600 + [202], answer.text[-300:]
    assert Client(port, "all").send({"device_token": ["A"] * 600, "payload": {"aps": {}}}).status_code == 422


def with_other_letters(port):
    """ntfy: text that is not ASCII is refused, or arrives as other letters, where it stands in a header."""
    client, collapse, name = Client(port, "all"), "à-€-😀", "Mettre à jour ✓"
    answer = client.send(envelope("letters à€😀", id=name, locale="ça", headers={"apns-collapse-id": collapse}))
    assert answer.status_code == 202, answer.text
    identifier = answer.json()["apns_id"]
    eventually(lambda: any(record["apns_id"] == identifier for record in arrived()))
    record = [record for record in arrived() if record["apns_id"] == identifier][0]
    assert record["collapse_id"] == collapse and record["payload"]["aps"]["alert"]["body"] == "letters à€😀 (ça)", record
    # By each of its names, in the query as well.
    for text in (name, collapse):
        eventually(lambda: client.ask("GET", "/v1/notifications", params={"name": text}).json()["notifications"])
    # In a header of a request there is ASCII alone, and what is not is refused in words.
    assert ask_raw(port, "POST /v1/notifications", {"Idempotency-Key": "à", "Content-Type": "application/json"}, b"{}")[0] == 400


def with_unreadable_text(port):
    """gorush, ntfy: a body in another encoding is read as other letters, so that a name that is recalled is another's."""
    client, kind = Client(port, "all"), {"Content-Type": "application/json; charset=utf-8"}
    for text in (b'{"ids": ["\xe9"]}', b'{"ids": ["\xed\xa0\x80"]}', '{"ids": ["é"]}'.encode("utf-16")):
        assert client.ask("POST", "/v1/recalls", data=text, headers=kind).status_code == 400, text
    assert client.ask("POST", "/v1/recalls", data=b'{"ids": ["a"], "ids": ["b"]}', headers=kind).status_code in (400, 422)
    assert client.ask("POST", "/v1/test", data=b'{"device_token": "ab", "body": "\xff"}', headers=kind).status_code == 400
    assert client.ask("POST", "/v1/notifications", data=b'{"device_token": "ab", "payload": {"aps": {"alert": "\xff"}}}', headers=kind).status_code == 400


def with_unseen_cursors(port):
    """Mercure: who asks for what is behind an event that there is not gets nothing, and is told that this is all."""
    client = Client(port, "all")
    page = client.ask("GET", "/v1/outcomes").json()
    file, number = page["next"].split("-")
    # A cursor of before a backup was put back has a number that is not given yet.
    for beyond in (10**9, 10**17):
        assert client.ask("GET", "/v1/outcomes", params={"after": f"{file}-{int(number) + beyond}"}).status_code == 410
    assert client.ask("GET", "/v1/outcomes", params={"after": page["next"]}).status_code == 200


def with_a_burst(port):
    """Mercure: the last of many events that come at once never arrives."""
    # Each with a connection and a session of its own.
    send = lambda number: Client(port, "all").send(envelope(f"u{number}", token=f"{number:04x}", id="burst")).json()["apns_id"]
    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        identifiers = set(threads.map(send, range(300)))
    assert len(identifiers) == 300
    eventually(lambda: len(bodies("u")) == 300)
    ended = lambda: {event["apns_id"] for event in all_outcomes(port) if event["event"] == "ended"}
    eventually(lambda: identifiers <= ended())


def all_outcomes(port):
    events, after = [], {}
    while True:
        page = Client(port, "all").ask("GET", "/v1/outcomes", params=after).json()
        events += page["outcomes"]
        if not page["outcomes"]:
            return events
        after = {"after": page["next"]}


def with_expectations(port):
    """Play, .NET and CherryPy: a client that expects '100 Continue' hangs with its second request, or without a body."""
    text = json.dumps(envelope(title="drop")).encode()
    fields = {"Expect": "100-continue", "Content-Type": "application/json"}
    with contextlib.closing(connect(port)) as peer:
        for is_patient in (True, False, True):
            head = head_of("POST /v1/notifications", {**fields, "Content-Length": len(text)})
            peer.sendall(head if is_patient else head + text)
            reader = peer.makefile("rb")
            status, headers, body = read_answer(reader)
            if status == 100:
                assert not headers and not body
                if is_patient:
                    peer.sendall(text)
                status, headers, body = read_answer(reader)
            assert status == 202 and json.loads(body)["outcome"] == "dropped", (status, body)
        # Without a body, nothing is waited for.
        for length in ({}, {"Content-Length": 0}):
            peer.sendall(head_of("GET /v1/status", {"Expect": "100-continue", **length}))
            reader = peer.makefile("rb")
            status, _, body = read_answer(reader)
            if status == 100:
                status, _, body = read_answer(reader)
            assert status == 200 and json.loads(body)["state"] == "running", (status, body)
    # A refusal comes in place of 100.
    assert ask_raw(port, "POST /v1/notifications", {**fields, "Content-Length": 10**12}, b"")[0] == 413


# MARK: HTTP by hand


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def head_of(line, fields):
    fields = {"Host": "x", "Authorization": f"Bearer {KEYS['all']}", **fields}
    return (f"{line} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n").encode()


def read_answer(reader):
    """The status, the headers and the body of an answer that has a length."""
    status, headers = int(reader.readline().split()[1]), {}
    while line := reader.readline().strip():
        name, value = line.decode().split(":", 1)
        headers[name.lower()] = value.strip()
    return status, headers, reader.read(int(headers.get("content-length", 0)))


def ask_raw(port, line, fields, body):
    with contextlib.closing(connect(port)) as peer:
        peer.sendall(head_of(line, {"Content-Length": len(body), **fields}) + body)
        return read_answer(peer.makefile("rb"))


def check(port):
    for part in (with_bad_tokens, with_other_letters, with_unreadable_text, with_unseen_cursors, with_a_burst, with_expectations):
        part(port)
        print(f"reports of others {part.__name__.replace('_', ' ')}: right")
