"""The routes of devices, looked at from outside, and what public reports say that other push servers get wrong.

- Tokens: Apple's documentation of didRegisterForRemoteNotificationsWithDeviceToken (bytes of any length) and RFC 4648.
- A device that installs the app again, a phone that changes hands, one token sent at once by several requests, and tokens of the wrong
  environment: reports to Parse Server and its push adapter, Appwrite, Polar and Action Push Native.
"""

import base64
import concurrent.futures
import json
import os
import urllib.parse

from api_service import Client
from programs import SECRETS, eventually, log_of

TOKEN = "5ec2e7" + "0123456789abcdef" * 4
SECRETS.append(TOKEN)


def put(client, device, **members):
    return client.ask("PUT", "/v1/devices/" + urllib.parse.quote(device, safe=""), json=members)


def names(client, user):
    return [device["device"] for device in client.ask("GET", f"/v1/users/{user}/devices").json()["devices"]]


def stream(client, lines):
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    answer = client.ask("POST", "/v1/devices/import", data=data, headers={"Content-Type": "application/x-ndjson"})
    return [json.loads(line) for line in answer.text.splitlines()]


def export(client, **parameters):
    return [json.loads(line) for line in client.ask("GET", "/v1/devices/export", params=parameters).text.splitlines()]


def with_tokens(client):
    """The same bytes in every form are the same token; none is in an answer."""
    data = bytes.fromhex(TOKEN)
    texts = [TOKEN, TOKEN.upper(), base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode().rstrip("=")]
    seen = set()
    for text in texts:
        answer = put(client, "phone", user="ann", token=text)
        assert answer.status_code in (200, 201), answer.text
        assert TOKEN[-8:] not in answer.text and texts[2] not in answer.text
        seen.add((answer.json()["number"], answer.json()["token_name"]))
    answer = client.ask("PUT", "/v1/devices/phone/token", data=data, headers={"Content-Type": "application/octet-stream"})
    seen.add((answer.json()["number"], answer.json()["token_name"]))
    assert len(seen) == 1, seen
    for length in (1, 2, 3, 31, 33, 100, 256):
        assert put(client, "phone", user="ann", token=os.urandom(length).hex()).status_code == 200, length
    for text in ("", "x", "<740f4707 bebcf74f>", "ab" * 257, "é", None, 5, ["ab"]):
        answer = put(client, "phone", user="ann", token=text)
        assert answer.status_code == 422, (text, answer.text)
    for data, kind, status in ((b"", "application/octet-stream", 400), (b"x" * 257, "application/octet-stream", 413), (b"x", "text/plain", 415)):
        assert client.ask("PUT", "/v1/devices/phone/token", data=data, headers={"Content-Type": kind}).status_code == status
    client.ask("DELETE", "/v1/users/ann")


def with_members(client):
    """What is registered is what is read, and what is left out has its default."""
    whole = dict(
        user="ann \u4f60 \"\\", token="0a", locales=["zh-Hans-CN", "en"], time_zone="Asia/Shanghai", hides_details=True, badge=7,
        permission={"state": "provisional", "parts": ["sound", "badge"]})
    device = "a/b c\u00fc?#%"
    answer = put(client, device, **whole)
    assert answer.status_code == 201, answer.text
    read = client.ask("GET", "/v1/devices/" + urllib.parse.quote(device, safe="")).json()
    assert read == answer.json() and read["device"] == device and read["user"] == whole["user"], read
    assert read["permission"] == {"state": "provisional", "parts": ["badge", "sound"]} and read["badge"] == 7, read
    read = put(client, device, user=whole["user"], token="0a").json()
    assert read["permission"] == {"state": "granted", "parts": ["alert", "badge", "sound"]}, read
    assert read["locales"] == [] and "time_zone" not in read and not read["hides_details"] and read["badge"] == 7, read
    for state in ("not_asked", "denied"):
        assert put(client, device, user="b", token="0a", permission={"state": state}).json()["permission"] == {"state": state}
    wrong = [
        ("user", ""), ("user", None), ("user", "x" * 256), ("user", "a\u0000b"), ("user", 5), ("locales", "en"), ("locales", ["a b"]),
        ("locales", [5]), ("time_zone", "../etc/passwd\n"), ("time_zone", 5), ("badge", -1), ("badge", 1.5), ("badge", 1 << 31),
        ("badge", "1"), ("hides_details", "yes"), ("permission", "granted"), ("permission", {}), ("permission", {"state": "maybe"}),
        ("permission", {"state": "denied", "parts": ["alert"]}), ("permission", {"state": "granted", "parts": ["light"]}),
        ("permission", {"state": "granted", "more": 1}), ("more", 1), ("tokens", "ab")]
    for name, value in wrong:
        answer = put(client, device, **{"user": "b", "token": "0a", name: value})
        assert answer.status_code == 422, (name, value, answer.text)
    for name in ("%00", "%0A", "%FF", "x" * 256):
        assert client.ask("GET", f"/v1/devices/{name}").status_code == 400, name
    for data, status in ((b"", 400), (b"{", 400), (b"[]", 422), (b'{"user":"a","user":"b"}', 400), (b"{" * 20_000, 413)):
        answer = client.ask("PUT", "/v1/devices/x", data=data, headers={"Content-Type": "application/json"})
        assert answer.status_code == status, (data[:20], answer.text)
    assert client.ask("DELETE", "/v1/users/b").json()["devices"] == 1


def with_reports(client):
    """What other servers have been reported for."""
    # Parse Server 2750: an app that is installed again is one device, and one push.
    for installation in range(3):
        put(client, f"installation {installation}", user="ann", token="01")
    assert names(client, "ann") == ["installation 2"]
    # Parse Server's push adapter 40: a phone that changes hands is its new user's alone.
    put(client, "installation 3", user="bob", token="01")
    assert names(client, "ann") == [] and names(client, "bob") == ["installation 3"]
    answer = client.ask("GET", "/v1/devices/installation%202")
    assert answer.status_code == 404 and "(moved)" in answer.json()["detail"], answer.text
    # Action Push Native 126 and Polar 12979: one token, sent by many requests at once, is one device, and none fails.
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda index: put(client, f"window {index % 4}", user="cid", token="02"), range(64)))
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
    assert len(names(client, "cid")) == 1
    # Appwrite 8159: a token that is gone is removed by the first push to it, and not tried for days.
    put(client, "gone", user="dan", token="bad04100aa")
    push(client, "bad04100aa")
    eventually(lambda: names(client, "dan") == [])
    assert "(unregistered)" in client.ask("GET", "/v1/devices/gone").json()["detail"]
    for user in ("bob", "cid"):
        client.ask("DELETE", f"/v1/users/{user}")


def push(client, token):
    answer = client.send({"device_token": token, "payload": {"aps": {"alert": "Q0"}}})
    assert answer.status_code == 202, answer.text


def with_refused_tokens(client):
    """A refused token suspends its device, and the wrong environment suspends nobody (Parse Server 6052, its push adapter 87)."""
    put(client, "bad", user="eve", token="bad04000aa")
    push(client, "bad04000aa")
    eventually(lambda: client.ask("GET", "/v1/devices/bad").json()["state"] == "suspended")
    assert client.ask("GET", "/v1/devices/bad").json()["reason"] == "BadDeviceToken"
    assert put(client, "bad", user="eve", token="bad04000aa").json()["state"] == "active"
    tokens = [f"bad04000{index:04x}" for index in range(40)]
    stream(client, [{"device": f"wrong {index}", "user": "fay", "token": token} for index, token in enumerate(tokens)])
    for token in tokens:
        push(client, token)
    eventually(lambda: log_has("is 'environment' the wrong one"))
    eventually(lambda: {device["state"] for device in client.ask("GET", "/v1/users/fay/devices").json()["devices"]} == {"active"})
    for user in ("eve", "fay"):
        client.ask("DELETE", f"/v1/users/{user}")


def log_has(text):
    return text in log_of("serve")


def with_import(client, other):
    """Devices move whole from one registry to another, and what is newer stays."""
    lines = [
        {"device": f"d{index}", "user": f"u{index % 3}", "token": f"{index:08x}", "locales": ["it"], "time_zone": "Europe/Rome",
         "badge": index, "state": ["active", "suspended", "logged_out"][index % 3], "registered_at": "2026-01-02T03:04:05.678Z"}
        for index in range(1500)]
    answers = stream(client, lines)
    assert [answer["line"] for answer in answers] == list(range(1, 1501))
    assert {(answer["status"], answer["result"]) for answer in answers} == {(201, "created")}, answers[:3]
    exported = export(client)
    assert len(exported) == 1500 and exported[4]["token"] == "00000004" and exported[4]["badge"] == 4, exported[4]
    for line, device in zip(lines, exported):
        assert all(device[name] == value for name, value in line.items()), (line, device)
    client.ask("DELETE", "/v1/users/u0")
    assert {answer["result"] for answer in stream(client, exported)} == {"created", "updated"}
    assert export(client, application="chat") == sorted(export(client), key=lambda device: 0)
    # A device that has registered since is newer than what is imported.
    put(client, "d1", user="u1", token="ff")
    assert stream(client, [lines[1]])[0]["result"] == "kept"
    wrong = [{}, {"device": "x", "user": "y"}, {**lines[0], "state": "gone"}, {**lines[0], "registered_at": "yesterday"},
             {**lines[0], "application": "other"}, {**lines[0], "number": 1}]
    answers = stream(client, wrong + [lines[0]])
    assert [answer["status"] for answer in answers] == [422, 422, 422, 422, 403, 422, 200], answers
    assert export(other) == [] and other.ask("GET", "/v1/devices/export", params={"application": "chat"}).status_code == 403
    for user in ("u0", "u1", "u2"):
        client.ask("DELETE", f"/v1/users/{user}")
    assert export(client) == []


def with_other_applications(client, other):
    """A key sees nothing of another's devices, whether they are there or not."""
    put(client, "shared name", user="ann", token="77")
    assert put(other, "shared name", user="ann", token="77").status_code == 201
    assert client.ask("GET", "/v1/devices/shared%20name").json()["application"] == "chat"
    other.ask("DELETE", "/v1/users/ann")
    assert names(client, "ann") == ["shared name"]
    answers = [other.ask("GET", "/v1/users/ann/devices", params={"application": key}) for key in ("chat", "none")]
    assert {answer.status_code for answer in answers} == {403}
    assert answers[0].text.replace("chat", "none") == answers[1].text
    client.ask("DELETE", "/v1/users/ann")


def check(port):
    client, other = Client(port, "all"), Client(port, "other")
    for device in export(client):
        client.ask("DELETE", "/v1/users/" + urllib.parse.quote(device["user"], safe=""))
    with_tokens(client)
    with_members(client)
    with_reports(client)
    with_refused_tokens(client)
    with_import(client, other)
    with_other_applications(client, other)
    print("devices: right")
