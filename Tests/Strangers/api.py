"""The HTTP API of the service, looked at from outside: its description, its access, its streams, and hostile clients.

Usage: api.py NOTILUA FOLDER

Right is what OpenAPI, RFC 9110, RFC 9457 and the guide "The HTTP API" say, and what the simulator's journal has at the end.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import uuid

import requests
from openapi_spec_validator import validate

import api_devices
import api_presence
import api_reports
import api_tls
from api_service import APP, APPLICATIONS, KEYS, OTHER, PLUGIN, SCOPES, Client, add_key, bodies, body, envelope, service
from programs import DEVICE, FOLDER, PROGRAM, SECRETS, arrived, eventually, path, run, simulator, write

HERE = os.path.dirname(os.path.abspath(__file__))
# MARK: Notifications


def with_notifications(port):
    client = Client(port, "all")
    answer = client.send(envelope(id="m1", locale="de"))
    assert answer.status_code == 202 and answer.json()["id"] == "m1" and answer.json()["outcome"] == "accepted", answer.text
    identifier = answer.json()["apns_id"]
    eventually(lambda: any(record["apns_id"] == identifier for record in arrived()))
    record = [record for record in arrived() if record["apns_id"] == identifier][0]
    assert record["topic"] == APP and record["token"] == DEVICE and body(record) == "Hello (de)", record
    assert client.send(envelope(title="drop")).json()["outcome"] == "dropped"
    # As at the front door: an apns-id makes a repeat of what is the same.
    named = envelope(headers={"apns-id": str(uuid.uuid4()).upper(), "apns-topic": APP})
    assert [client.send(named).json()["outcome"] for _ in range(2)] == ["accepted", "repeated"]
    answer = client.ask("POST", "/v1/test", json={"device_token": "ab05", "body": "Works?"})
    assert answer.status_code == 202, answer.text
    eventually(lambda: any(body(record).startswith("Works?") for record in arrived()))
    for content_type in (None, "text/plain", "application/x-www-form-urlencoded"):
        answer = client.ask("POST", "/v1/notifications", data=b"{}", headers={"Content-Type": content_type} if content_type else {})
        assert answer.status_code == 415, answer.text
    assert client.ask("POST", "/v1/notifications", data=b"{" * 70_000, headers={"Content-Type": "application/json"}).status_code == 413


def with_idempotency(port):
    client, other = Client(port, "all"), Client(port, "other")
    key = str(uuid.uuid4())
    answers = [client.send(envelope("o1"), Idempotency_Key=key) for _ in range(3)]
    assert {answer.text for answer in answers} == {answers[0].text}, [answer.text for answer in answers]
    assert [answer.headers.get("idempotent-replay") for answer in answers] == [None, "true", "true"]
    # Another way to write the path is the same route.
    for target in ["/v1/notifications/", "//v1//notifications"]:
        again = client.ask("POST", target, json=envelope("o1"), headers={"Idempotency-Key": key})
        assert again.headers.get("idempotent-replay") == "true", (target, again.text)
    assert client.send(envelope("o2"), Idempotency_Key=key).status_code == 422
    # Another key of the API, and another path, are other requests.
    assert other.send(envelope("o3"), Idempotency_Key=key).status_code == 202
    assert client.ask("POST", "/v1/test", json={"device_token": "ab06", "body": "o4"}, headers={"Idempotency-Key": key}).status_code == 202
    eventually(lambda: sorted(bodies("o")) == ["o1 (-)", "o3 (-)", "o4 (-)"])
    for wrong in ("", "x" * 256, "a\tb"):
        assert client.send(envelope(), Idempotency_Key=wrong).status_code == 400, wrong
    # While the first is being answered: its body is not whole yet. The second may come before it: then another pair is tried.
    assert any(is_answered_meanwhile(port, client) for _ in range(50))


def is_answered_meanwhile(port, client):
    key = str(uuid.uuid4())
    text = json.dumps(envelope("slow")).encode()
    peer = socket.create_connection(("127.0.0.1", port))
    peer.sendall(
        (f"POST /v1/notifications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEYS['all']}\r\nIdempotency-Key: {key}\r\n"
         f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n").encode() + text[:-1])
    status = client.send(envelope("slow"), Idempotency_Key=key).status_code
    with contextlib.closing(peer):
        peer.sendall(text[-1:])
        answer = peer.recv(4096)
    if status == 202:
        return False
    assert status == 409 and b" 202 " in answer, (status, answer)
    return True


def with_streams(port):
    client = Client(port, "all")
    lines = [envelope(f"s{number}", token=f"{number:04x}") for number in range(1000)]
    answer, answers = client.stream(lines)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/x-ndjson", answer.text
    assert [line["line"] for line in answers] == list(range(1, 1001))
    assert all(line["status"] == 202 and line["outcome"] == "accepted" for line in answers)
    eventually(lambda: len(bodies("s")) == 1000)
    assert sorted(bodies("s")) == sorted(f"s{number} (-)" for number in range(1000))

    # A bad line is an answer and not the end; blank lines count.
    text = b"{\n\n[]\n" + json.dumps(envelope("good")).encode() + b"\n" + b"x" * 70_000 + b"\n" + json.dumps(envelope("last")).encode()
    _, answers = client.stream(text)
    assert [(line["line"], line["status"]) for line in answers] == [(1, 400), (3, 422), (4, 202), (5, 413), (6, 202)], answers

    # The same stream again with the same key is carried out once, also after a part of it; another line is a conflict.
    key = str(uuid.uuid4())
    lines = [envelope(f"i{number}", token=f"{number:04x}") for number in range(100)]
    client.stream(lines[:50], Idempotency_Key=key)
    _, answers = client.stream(lines, Idempotency_Key=key)
    assert [line["status"] for line in answers] == [202] * 100
    _, again = client.stream(lines, Idempotency_Key=key)
    assert again == answers
    lines[7] = envelope("another")
    _, answers = client.stream(lines, Idempotency_Key=key)
    assert [line["line"] for line in answers if line["status"] != 202] == [8] and answers[7]["status"] == 422
    eventually(lambda: len(bodies("i")) == 100)

    answer, answers = client.stream([envelope("drop", title="drop")] * 10_002)
    assert len(answers) == 10_001 and answers[-1]["status"] == 413 and answers[-1]["line"] == 10_001, answers[-1]
    assert all(line["outcome"] == "dropped" for line in answers[:-1])
    assert client.stream(b"\n\n")[0].status_code == 400

    # curl reads its answer once it has written everything.
    write("many.ndjson", "".join(json.dumps(envelope("curl", title="drop")) + "\n" for _ in range(5000)))
    write("curl.key", f'header = "Authorization: Bearer {KEYS["all"]}"\n')
    with open(path("many.ndjson")) as stream:
        text = run(
            "curl", "-sS", "-K", "curl.key", "-X", "POST", "-H", "Content-Type: application/x-ndjson", "-T", "-",
            f"http://127.0.0.1:{port}/v1/notifications", stdin=stream, timeout=120)
    assert len(text.splitlines()) == 5000


def with_recalls(port):
    """A recall reaches what its own apps have sent, and nothing of another app."""
    busy = "bad05030" + "00" * 28
    assert Client(port, "all").send(envelope(token=busy, id="shared")).status_code == 202
    assert Client(port, "other").send(envelope(token=busy, id="shared")).status_code == 202
    answer = Client(port, "all").ask("POST", "/v1/recalls", json={"ids": ["shared", "nothing"]})
    assert answer.status_code == 202 and answer.json() == {"recalled": ["shared", "nothing"]}, answer.text
    waiting = run(PROGRAM, "outbox", "list", "--outbox", "outbox", "--json")
    topics = [json.loads(line).get("topic") for line in waiting.splitlines() if line.startswith("{")]
    assert OTHER in waiting and APP not in topics, waiting
    # Each story says what the recall did, and nothing of another app's.
    own, others = ([named["apns_id"] for named in named_by(port, "shared", name)] for name in ("all", "other"))
    eventually(lambda: recalls_of(port, own[0]) == [("ended", "withdrawn", None), ("recalled", "withdrawn", "shared")])
    assert recalls_of(port, others[0], "other") == []
    # What comes later under a recalled name is withdrawn as well.
    assert Client(port, "all").send(envelope(id="nothing")).json()["outcome"] == "withdrawn"
    for wrong in ({}, {"ids": []}, {"ids": "m1"}, {"ids": [1]}, {"ids": [""]}, {"ids": ["x" * 256]}, {"ids": ["x"] * 1001}, {"ids": ["x"], "id": 1}, []):
        assert Client(port, "all").ask("POST", "/v1/recalls", json=wrong).status_code == 422, wrong


def named_by(port, name, key="all"):
    """The notifications that go by a name, once there are some."""
    listed = lambda: Client(port, key).ask("GET", "/v1/notifications", params={"name": name}).json()["notifications"]
    eventually(listed)
    return listed()


def recalls_of(port, identifier, key="all"):
    """The ends and recalls of a story: what each says, and the name of a recall."""
    events = Client(port, key).ask("GET", f"/v1/notifications/{identifier}").json()["events"]
    return [(event["event"], event.get("effect") or event.get("outcome"), event.get("name"))
            for event in events if event["event"] in ("ended", "recalled")]


def with_stories(port):
    """What became of a notification, and nothing of its text without read:text."""
    client, reader = Client(port, "all"), Client(port, "only-read")
    start = reader.ask("GET", "/v1/outcomes").json()
    while len(start["outcomes"]) == 1000:
        start = reader.ask("GET", "/v1/outcomes", params={"after": start["next"]}).json()
    # What was recalled once is not sent again by its name.
    name = f"told-{uuid.uuid4()}"
    identifier = client.send(envelope("secretly", id=name)).json()["apns_id"]
    kinds = lambda: [event["event"] for event in client.ask("GET", f"/v1/notifications/{identifier}").json().get("events", [])]
    eventually(lambda: kinds() == ["passed", "accepted", "ended"])
    events = client.ask("GET", f"/v1/notifications/{identifier.upper()}").json()["events"]
    assert "secretly" in json.dumps(events[0]) and events[0]["chain"]["plugins"][0]["patch"], events
    assert events[2]["outcome"] == "delivered" and events[2]["attempts"] == 1, events
    answers = [
        reader.ask("GET", f"/v1/notifications/{identifier}").text,
        reader.ask("GET", "/v1/notifications", params={"name": name}).text,
        reader.ask("GET", "/v1/outcomes", params={"after": start["next"]}).text]
    for answer in answers:
        assert identifier in answer and "secretly" not in answer and "patch" not in answer and DEVICE not in answer, answer
    assert json.loads(answers[0])["events"][0]["chain"]["plugins"][0]["us"] >= 0
    # A recall that comes too late is told as well, there and in the feed, with its time.
    assert client.ask("POST", "/v1/recalls", json={"ids": [name]}).status_code == 202
    eventually(lambda: recalls_of(port, identifier) == [("ended", "delivered", None), ("recalled", "too_late", name)])
    told = [event for event in reader.ask("GET", "/v1/outcomes", params={"after": start["next"]}).json()["outcomes"] if event["apns_id"] == identifier]
    assert [event["event"] for event in told] == ["ended", "recalled"] and told[0]["at"] <= told[1]["at"], told
    # APNs refuses a device, and is busy for another.
    gone = client.send(envelope(token="bad04100" + "00" * 28)).json()["apns_id"]
    busy = client.send(envelope(token="bad05030" + uuid.uuid4().hex + "00" * 12)).json()["apns_id"]
    eventually(lambda: any(e.get("outcome") == "refused" and e["reason"] == "Unregistered" and e["status"] == 410
                           for e in reader.ask("GET", f"/v1/notifications/{gone}").json().get("events", [])))
    eventually(lambda: any(e["event"] == "attempted" and e["status"] == 503
                           for e in reader.ask("GET", f"/v1/notifications/{busy}").json().get("events", [])))
    for wrong in ("x", "", "0-0"):
        assert reader.ask("GET", "/v1/outcomes", params={"after": wrong}).status_code == 400, wrong
    assert reader.ask("GET", "/v1/outcomes", params={"after": "00000000-1"}).status_code == 410
    assert reader.ask("GET", "/v1/notifications").status_code == 400
    return start["next"], identifier


def with_recalls_of_what_arrived(port):
    """Where a push takes back what was delivered, the story says so, and not that it was too late."""
    client = Client(port, "all")
    identifier = client.send(envelope("taken back", id="back")).json()["apns_id"]
    eventually(lambda: any(record["apns_id"] == identifier for record in arrived()))
    before = len(arrived())
    eventually(lambda: client.ask("GET", f"/v1/notifications/{identifier}").status_code == 200 and recalls_of(port, identifier) == [("ended", "delivered", None)])
    assert client.ask("POST", "/v1/recalls", json={"ids": ["back"]}).status_code == 202
    eventually(lambda: len(arrived()) == before + 1)
    assert arrived()[-1]["payload"]["aps"]["alert"] == "This was taken back", arrived()[-1]
    assert recalls_of(port, identifier) == [("ended", "delivered", None), ("recalled", "replaced", None)]


# MARK: Access

def of(app):
    """The query that names an application."""
    return dict(params={"application": APPLICATIONS[app]})


def body_of(**members):
    """A body that names an application."""
    return lambda app: dict(json={"application": APPLICATIONS[app], **members})


MESSAGE = dict(id="access", object_name="RC:TxtMsg", channel_type="PR", text="Hello")
MESSAGE["from"] = "ann"
ROUTES = [
    ("POST", "/v1/notifications", "send", lambda app: dict(json=envelope(headers={"apns-topic": app}, title="drop"))),
    ("POST", "/v1/test", "send", lambda app: dict(json={"device_token": "ab", "topic": app})),
    ("POST", "/v1/recalls", "recall", lambda app: dict(json={"ids": ["none"], "topic": app})),
    ("GET", "/v1/notifications", "read", None),
    ("GET", "/v1/notifications/{apns_id}", "read", None),
    ("GET", "/v1/outcomes", "read", None),
    ("GET", "/v1/status", "admin", None),
    ("POST", "/v1/reload", "admin", None),
    ("GET", "/v1/generations", "admin", None),
    ("POST", "/v1/generations/{generation}/activate", "admin", None),
    ("PUT", "/v1/devices/{device}", "devices", lambda app: dict(
        json={"application": APPLICATIONS[app], "user": "access", "token": "ac"})),
    ("GET", "/v1/devices/{device}", "devices", of),
    ("PUT", "/v1/devices/{device}/token", "devices", lambda app: dict(
        data=b"\xad", params={"application": APPLICATIONS[app]}, headers={"Content-Type": "application/octet-stream"})),
    ("PUT", "/v1/devices/{device}/badge", "devices", lambda app: dict(json={"application": APPLICATIONS[app], "badge": 1})),
    ("GET", "/v1/users/{user}/devices", "devices", of),
    ("GET", "/v1/devices/export", "admin", of),
    ("POST", "/v1/devices/import", "admin", lambda app: dict(
        data=json.dumps({"application": APPLICATIONS[APP], "device": "i", "user": "i", "token": "1a"}),
        headers={"Content-Type": "application/x-ndjson"})),
    ("DELETE", "/v1/devices/{device}", "devices", of),
    ("DELETE", "/v1/users/{user}", "devices", of),
    ("POST", "/v1/messages", "send", body_of(**MESSAGE, recipients=["bob"])),
    ("GET", "/v1/messages/{message}", "read", of),
    ("PUT", "/v1/gateways/{gateway}", "presence", body_of(changes=[])),
    ("GET", "/v1/gateways", "presence", of),
    ("GET", "/v1/users/{user}/presence", "presence", of),
    ("DELETE", "/v1/gateways/{gateway}", "presence", of),
    ("PUT", "/v1/users/{user}/mutes", "devices", body_of(channel_type="PR", level="none")),
    ("GET", "/v1/users/{user}/mutes", "devices", of),
    ("DELETE", "/v1/users/{user}/mutes", "devices", lambda app: dict(
        params={"application": APPLICATIONS[app], "channel_type": "PR"})),
    ("PUT", "/v1/users/{user}/quiet-hours", "devices", body_of(start="22:00", end="07:00")),
    ("GET", "/v1/users/{user}/quiet-hours", "devices", of),
    ("DELETE", "/v1/users/{user}/quiet-hours", "devices", of),
    ("PUT", "/v1/groups/{group}/level", "devices", body_of(level="none")),
    ("GET", "/v1/groups/{group}/level", "devices", of),
    ("DELETE", "/v1/groups/{group}/level", "devices", of),
    ("GET", "/v1/openapi.json", None, None),
]


def allowed(method, target, needs):
    """The status for a key that may."""
    if "notifications/" in target:
        return 404
    if method == "POST" and needs != "admin":
        return 202
    if target == "/v1/devices/access-device" and method == "PUT":
        return 201
    # What the removal of a user leaves is told.
    return 204 if method == "DELETE" and target != "/v1/users/access" else 200


def with_access(port):
    """Each route with each scope and each topic."""
    described = requests.get(f"http://127.0.0.1:{port}/v1/openapi.json", timeout=60).json()["paths"]
    assert {(method.upper(), target) for target, methods in described.items() for method in methods} == {
        (method, target) for method, target, _, _ in ROUTES}
    for method, target, needs, make in ROUTES:
        for app in (APP, OTHER):
            options = make(app) if make else {}
            target = target.replace("{apns_id}", str(uuid.uuid4())).replace("{generation}", "1")
            target = target.replace("{device}", "access-device").replace("{message}", "access")
            for name in ("user", "gateway", "group"):
                target = target.replace("{" + name + "}", "access")
            if method == "GET" and target == "/v1/notifications":
                options = dict(params={"name": "m1"})
            expected = 200 if needs is None else 401
            for key in (None, "nk_", "nk_ABC123DEFG_" + "0" * 64, KEYS["all"][:-1] + "x"):
                assert Client(port, key).ask(method, target, **options).status_code == expected, (method, target, key)
            # A key in the URL is none.
            answer = Client(port).ask(method, f"{target}?access_token={KEYS['all']}&key={KEYS['all']}", **options)
            assert answer.status_code == expected
            for scope in SCOPES:
                answer = Client(port, "only-" + scope).ask(method, target, **options)
                if needs is None:
                    expected = 200
                elif needs != scope or (make and app == OTHER and not target.endswith("/import")):
                    expected = 403
                else:
                    expected = allowed(method, target, needs)
                assert answer.status_code == expected, (method, target, scope, app, answer.text)
                assert OTHER not in answer.text or expected != 200 or needs is None
    # The same body for what is not there and for what is another's.
    own = Client(port, "all").send(envelope(title="drop", id="own")).json()["apns_id"]
    eventually(lambda: Client(port, "all").ask("GET", f"/v1/notifications/{own}").status_code == 200)
    answers = [Client(port, "other").ask("GET", f"/v1/notifications/{name}") for name in (own, uuid.uuid4(), "x", "%00", "a%2fb")]
    assert {answer.status_code for answer in answers} == {404} and answers[0].text == answers[1].text == answers[2].text, answers[0].text
    assert Client(port, "other").ask("GET", "/v1/notifications", params={"name": "own"}).json() == {"notifications": []}
    assert own not in Client(port, "other").ask("GET", "/v1/outcomes").text
    for method, target in (("GET", "/v1/nothing"), ("POST", "/")):
        assert Client(port, "all").ask(method, target).status_code == 404, target
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = Client(port, "all").ask(method, "/v1/recalls")
        assert answer.status_code == 405 and answer.headers["allow"] == "POST", (method, answer.text)


def with_keys(port):
    """A revoked or rotated key is refused within two seconds; a rate is kept."""
    add_key("gone", ["send"], APP)
    eventually(lambda: Client(port, "gone").send(envelope(title="drop")).status_code == 202)
    identifier = KEYS["gone"].split("_")[1]
    new = run(PROGRAM, "keys", "api", "rotate", "--keys", "api-keys", "--overlap", "1h", identifier).strip()
    eventually(lambda: Client(port, new).send(envelope(title="drop")).status_code == 202)
    assert Client(port, "gone").send(envelope(title="drop")).status_code == 202
    newest = run(PROGRAM, "keys", "api", "rotate", "--keys", "api-keys", identifier).strip()
    time.sleep(2)
    assert Client(port, new).send(envelope(title="drop")).status_code == 401
    assert Client(port, newest).send(envelope(title="drop")).status_code == 202
    run(PROGRAM, "keys", "api", "revoke", "--keys", "api-keys", identifier)
    time.sleep(2)
    assert Client(port, newest).send(envelope(title="drop")).status_code == 401
    KEYS.update(new=new, newest=newest)
    SECRETS.extend(key[14:] for key in (new, newest))
    for digits in KEYS.values():
        assert digits[14:] not in open(path("api-keys")).read()
    client = Client(port, "slow")
    assert [client.send(envelope(title="drop")).status_code for _ in range(4)].count(429) >= 2
    _, answers = client.stream([envelope(title="drop")] * 10)
    assert [line["status"] for line in answers].count(429) >= 8, answers


# MARK: Hostile clients


def with_hostile_clients(port):
    """Slow and broken clients cost nothing: others are answered meanwhile, and what is left of them is closed."""
    head = f"POST /v1/notifications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEYS['all']}\r\nContent-Type: application/x-ndjson\r\n"
    peers = []
    for start in (b"", b"POST /v1", head.encode(), head.encode() + b"Content-Length: 1000\r\n\r\n{", head.encode() + b"Transfer-Encoding: chunked\r\n\r\n5\r\n"):
        for _ in range(10):
            peer = socket.create_connection(("127.0.0.1", port))
            peer.sendall(start)
            peers.append(peer)
    client = Client(port, "all")
    assert client.send(envelope(title="drop")).status_code == 202
    # A client that goes away in the middle of a stream: what was whole is taken.
    peer = socket.create_connection(("127.0.0.1", port))
    line = json.dumps(envelope("g1", token="abcd")).encode() + b"\n"
    peer.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(line):x}\r\n".encode() + line + b"\r\n")
    eventually(lambda: bodies("g") == ["g1 (-)"])
    peer.close()
    # A client that writes and never reads.
    peer = socket.create_connection(("127.0.0.1", port))
    line = json.dumps(envelope("never", title="drop")).encode() + b"\n"
    peer.sendall(head.encode() + f"Content-Length: {len(line) * 2000}\r\n\r\n".encode() + line * 2000)
    assert client.send(envelope(title="drop")).status_code == 202
    peer.close()
    for other in peers:
        other.settimeout(30)
        with contextlib.suppress(ConnectionError, TimeoutError):
            while other.recv(4096):
                pass
        other.close()
    assert client.send(envelope(title="drop")).status_code == 202
    # A body that is larger than the limit is refused before it is sent.
    with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as peer:
        peer.settimeout(30)
        peer.sendall(head.encode() + b"Content-Length: 99999999999\r\n\r\n")
        assert b" 413 " in peer.recv(4096)


# MARK: The description


def with_schemathesis(port):
    description = requests.get(f"http://127.0.0.1:{port}/v1/openapi.json", timeout=60).json()
    validate(description)
    # What becomes of a notification is written down a moment after its answer: nobody looks whether it is there at once.
    write("streams", "")
    for name, settings in (("all", "api.toml"), (None, "api_without_key.toml")):
        words = ["-H", f"Authorization: Bearer {KEYS[name]}"] if name else []
        shown = subprocess.run(
            [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file", os.path.join(HERE, settings), "run",
             f"http://127.0.0.1:{port}/v1/openapi.json", "--checks", "all", "--exclude-checks", "ensure_resource_availability",
             "--max-examples", "200", "--seed", "1", *words],
            capture_output=True, text=True, cwd=FOLDER, timeout=1800,
            env=dict(os.environ, SCHEMATHESIS_HOOKS=os.path.join(HERE, "api_hooks.py"), STREAMS=path("streams")))
        assert shown.returncode == 0, shown.stdout + shown.stderr
        print(f"schemathesis, {'with' if name else 'without'} a key: nothing found")
    # Whole streams have reached the service, and all of their lines were taken.
    lengths = [int(line) for line in open(path("streams"))]
    assert sum(length > 1 for length in lengths) >= 10, lengths
    print(f"schemathesis: {len(lengths)} streams were taken, the longest with {max(lengths)} lines")


write("p.lua", PLUGIN)
add_key("all", SCOPES, APP)
add_key("other", SCOPES, OTHER)
add_key("slow", ["send"], APP, rate=1)
for scope in SCOPES:
    add_key("only-" + scope, [scope], APP)
with simulator() as apns:
    with service(apns) as port:
        for part in (with_notifications, with_idempotency, with_streams, with_recalls, with_stories, with_access, with_keys, with_hostile_clients):
            part(port)
            print(f"{part.__name__.replace('_', ' ')}: right")
        api_reports.check(port)
        api_devices.check(port)
        api_presence.check(port)
        session = api_presence.before_restart(port)
        text = run("curl", "-sS", "-K", "curl.key", "--unix-socket", "api.sock", "http://localhost/v1/status")
        assert json.loads(text)["state"] == "running", text
    # After a restart, the keys of idempotency are known.
    with service(apns) as port:
        api_presence.after_restart(port, session)
        cursor, identifier = with_stories(port)
        client, key = Client(port, "all"), str(uuid.uuid4())
        first = client.send(envelope("across"), Idempotency_Key=key).text
    with service(apns, outbox=', recall: replace, recall_text: "This was taken back"') as port:
        with_recalls_of_what_arrived(port)
        ends = Client(port, "only-read").ask("GET", "/v1/outcomes", params={"after": cursor}).json()["outcomes"]
        assert ends[0]["apns_id"] == identifier, ends
        answer = Client(port, "all").send(envelope("across"), Idempotency_Key=key)
        assert answer.text == first and answer.headers["idempotent-replay"] == "true", answer.text
        assert Client(port, "all").send(envelope("other"), Idempotency_Key=key).status_code == 422
        eventually(lambda: [body(record) for record in arrived()].count("across (-)") == 1)
        with_schemathesis(port)
    api_tls.check(apns)
