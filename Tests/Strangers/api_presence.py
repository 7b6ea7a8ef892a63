"""The routes of presence, mutes and quiet hours, looked at from outside.

What is right comes from the guide "The HTTP API"; that a user's close on one server does not end the connection on another, that a logout
outlives the end of its connection, and that a dead server does not keep users silent is what public reports ask of chat servers.
"""

import time
import urllib.parse

from api_service import Client


def report(client, gateway, *changes, lease=60, **more):
    answer = client.ask("PUT", f"/v1/gateways/{gateway}", json={"lease": lease, "changes": list(changes), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(state, user="pia", device="phone", **more):
    return {"user": user, "device": device, "state": state, **more}


def states(client, user="pia"):
    found = client.ask("GET", "/v1/users/" + urllib.parse.quote(user, safe="") + "/presence").json()["devices"]
    return {device["device"]: device["state"] for device in found}


def with_gateways(client, other):
    first = report(client, "g1", change("connected", connection="1"), change("background", device="pad"))
    assert first["connections"] == 2 and first["ignored"] == 0 and first["application"] == "chat", first
    assert states(client) == {"phone": "connected", "pad": "background"}
    # An empty report renews the lease.
    again = report(client, "g1")
    assert again["session"] == first["session"] and again["lease_until"] >= first["lease_until"], again
    # The phone moves; what the old server says of it is too late, whatever it says.
    assert report(client, "g2", change("connected", connection="9"))["connections"] == 1
    for state in ("background", "suspended", "killed", "logged_out"):
        assert report(client, "g1", change(state, connection="1"))["ignored"] == 1, state
    assert states(client)["phone"] == "connected"
    # The end of a connection that the same server has replaced is too late as well.
    report(client, "g2", change("connected", connection="10"))
    assert report(client, "g2", change("killed", connection="9"))["ignored"] == 1
    assert report(client, "g2", change("killed", connection="10"))["ignored"] == 0
    assert states(client) == {"phone": "killed", "pad": "background"}
    # Times come as text and as numbers; one that is ahead is now.
    now = int(time.time() * 1000)
    report(client, "g2", change("connected", at=now + 3_600_000), change("connected", user="q\u00fc", at="2999-01-28T00:00:00.000Z"))
    assert report(client, "g2", change("killed"))["ignored"] == 0
    names = [gateway["gateway"] for gateway in client.ask("GET", "/v1/gateways").json()["gateways"]]
    assert names == ["g1", "g2"], names
    # Another application's key sees, renews and ends nothing of them.
    assert other.ask("GET", "/v1/gateways").json()["gateways"] == []
    assert other.ask("DELETE", "/v1/gateways/g1").status_code == 404
    report(other, "g1", change("killed", device="pad"))
    assert states(client)["pad"] == "background" and states(other) == {"pad": "killed"}
    for application in ("chat", "none"):
        answer = other.ask("PUT", "/v1/gateways/g1", json={"application": application})
        assert answer.status_code == 403, answer.text
    # A server that ends takes its connections along, and only these.
    assert client.ask("DELETE", "/v1/gateways/g1").status_code == 204
    assert client.ask("DELETE", "/v1/gateways/g1").status_code == 404
    assert states(client) == {"phone": "killed"}
    assert report(client, "g1")["session"] != first["session"]
    # One that dies is gone with its lease.
    report(client, "g3", change("connected", user="rob"), lease=1)
    assert states(client, "rob") == {"phone": "connected"}
    time.sleep(1.5)
    assert states(client, "rob") == {}


def with_logouts(client):
    """A logout holds for the device's registration until the device connects or registers again."""
    def registered():
        return client.ask("GET", "/v1/devices/pia-phone").json()

    client.ask("PUT", "/v1/devices/pia-phone", json={"user": "pia", "token": "ac01"})
    number = registered()["number"]
    report(client, "g1", change("connected", device="pia-phone"))
    # The connection ends because the user has logged out.
    report(client, "g1", change("logged_out", device="pia-phone"), change("killed", device="pia-phone"))
    assert registered()["state"] == "logged_out" and states(client)["pia-phone"] == "logged_out"
    # What is queued is withdrawn by the name of the registration, which is another one now.
    assert registered()["number"] != number
    report(client, "g1", change("background", device="pia-phone"))
    assert registered()["state"] == "logged_out"
    report(client, "g1", change("connected", device="pia-phone"))
    assert registered()["state"] == "active"
    # In one report, the last counts.
    report(client, "g1", change("logged_out", device="pia-phone"), change("connected", device="pia-phone"))
    assert registered()["state"] == "active"
    report(client, "g1", change("connected", device="pia-phone"), change("logged_out", device="pia-phone"))
    assert registered()["state"] == "logged_out"
    client.ask("PUT", "/v1/devices/pia-phone", json={"user": "pia", "token": "ac01"})
    assert registered()["state"] == "active" and "pia-phone" not in states(client)
    # Another user's logout is not this one's.
    report(client, "g1", change("logged_out", user="quin", device="pia-phone"))
    assert registered()["state"] == "active"


def with_wrong_reports(client):
    user = {"user": "u", "device": "d"}
    wrong = [
        ({"changes": {}}, "/changes"), ({"changes": [5]}, "/changes/0"), ({"changes": [{}]}, "/changes/0"),
        ({"changes": [user]}, "/changes/0"), ({"changes": [{**user, "state": "away"}]}, "/changes/0/state"),
        ({"changes": [{**user, "state": "killed"}, {**user, "state": 5}]}, "/changes/1/state"),
        ({"changes": [{**user, "state": "killed", "user": ""}]}, "/changes/0/user"),
        ({"changes": [{**user, "state": "killed", "device": "x" * 256}]}, "/changes/0/device"),
        ({"changes": [{**user, "state": "killed", "connection": "a\nb"}]}, "/changes/0/connection"),
        ({"changes": [{**user, "state": "killed", "at": "now"}]}, "/changes/0/at"),
        ({"changes": [{**user, "state": "killed", "at": 1.5}]}, "/changes/0/at"),
        ({"changes": [{**user, "state": "killed", "at": -1}]}, "/changes/0/at"),
        ({"changes": [{**user, "seen": []}]}, "/changes/0/seen"), ({"changes": [{**user, "seen": [""]}]}, "/changes/0/seen/0"),
        ({"changes": [{**user, "seen": ["m"] * 1001}]}, "/changes/0/seen"), ({"changes": [{**user, "status": "killed"}]}, "/changes/0"),
        ({"changes": [{**user, "state": "killed"}] * 10_001}, "/changes"), ({"lease": 0}, "/lease"), ({"lease": 601}, "/lease"),
        ({"lease": "60s"}, "/lease"), ({"change": []}, ""),
        ({"changes": [{"user": "u", "device": f"d{index}", "state": "killed"} for index in range(65)]}, "/changes/64/device")]
    for body, pointer in wrong:
        answer = client.ask("PUT", "/v1/gateways/g9", json=body)
        assert answer.status_code == 422 and answer.json()["pointer"] == pointer, (str(body)[:100], answer.text)
    assert states(client, "u") == {}
    for name in ("%00", "%FF", "x" * 256):
        assert client.ask("PUT", f"/v1/gateways/{name}", json={}).status_code == 400, name
    answer = client.ask("PUT", "/v1/gateways/g9", data=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    # A whole report of the greatest size is taken.
    many = [{"user": f"u{index}", "device": "d", "state": "connected"} for index in range(10_000)]
    assert report(client, "g9", *many)["connections"] == 10_000
    client.ask("DELETE", "/v1/gateways/g9")


def with_mutes(client, other):
    path = "/v1/users/ann%2F%C3%BC/mutes"

    def put(**members):
        return client.ask("PUT", path, json=members)

    assert put(channel_type="GRP", level="none").json() == {
        "user": "ann/\u00fc", "application": "chat", "channel_type": "GRP", "level": "none"}
    assert put(channel_type="UG", target="g", channel="c", level="mentions").status_code == 200
    assert put(channel_type="UG", target="g", channel="c", level="all").status_code == 200
    listed = client.ask("GET", path).json()["mutes"]
    assert listed == [{"channel_type": "GRP", "level": "none"}, {"channel_type": "UG", "target": "g", "channel": "c", "level": "all"}], listed
    assert other.ask("GET", path).json()["mutes"] == []
    wrong = [
        ({}, ""), ({"channel_type": "GRP"}, ""), ({"level": "none"}, ""), ({"channel_type": "chatroom", "level": "none"}, "/channel_type"),
        ({"channel_type": "grp", "level": "none"}, "/channel_type"), ({"channel_type": "GRP", "level": "some"}, "/level"),
        ({"channel_type": "GRP", "target": "g", "channel": "c", "level": "none"}, "/channel"),
        ({"channel_type": "UG", "channel": "c", "level": "none"}, "/channel"), ({"channel_type": "GRP", "target": "", "level": "none"}, "/target"),
        ({"channel_type": "GRP", "level": "none", "levels": 1}, "")]
    for members, pointer in wrong:
        answer = put(**members)
        assert answer.status_code == 422 and answer.json()["pointer"] == pointer, (members, answer.text)
    for query, status in ((dict(channel_type="UG", target="g", channel="c"), 204), (dict(channel_type="UG", target="g", channel="c"), 404),
                          (dict(channel_type="GRP"), 204), ({}, 400), (dict(channel_type="X"), 400), (dict(channel_type="GRP", channel="c"), 400)):
        answer = client.ask("DELETE", path, params=query)
        assert answer.status_code == status, (query, answer.text)
    # No more than 1,000 levels; those that are there may change.
    for index in range(1000):
        assert put(channel_type="GRP", target=str(index), level="none").status_code == 200
    assert put(channel_type="GRP", target="more", level="none").status_code == 422
    assert put(channel_type="GRP", target="0", level="all").status_code == 200
    # They go with the user.
    assert client.ask("DELETE", "/v1/users/ann%2F%C3%BC").status_code == 200
    assert client.ask("GET", path).json()["mutes"] == []


def with_quiet_hours(client):
    path = "/v1/users/ann/quiet-hours"
    assert client.ask("GET", path).status_code == 404
    hours = {"start": "22:30", "end": "07:00", "time_zone": "Europe/Rome", "level": "mentions"}
    assert client.ask("PUT", path, json=hours).json() == {"user": "ann", "application": "chat", **hours}
    assert client.ask("GET", path).json() == {"user": "ann", "application": "chat", **hours}
    assert client.ask("PUT", path, json={"start": "00:00", "end": "23:59"}).json()["level"] == "none"
    for name, value in (("start", "24:00"), ("start", "7:00"), ("start", 7), ("end", "22:60"), ("end", "22:30"), ("time_zone", "Europe/Roma"),
                        ("time_zone", "../../etc/passwd"), ("level", "all"), ("level", "some")):
        answer = client.ask("PUT", path, json={**hours, name: value})
        assert answer.status_code == 422 and answer.json()["pointer"] == f"/{name}", (name, value, answer.text)
    assert "Europe/Rome" in client.ask("PUT", path, json={**hours, "time_zone": "Europe/Roma"}).json()["detail"]
    for missing in ("start", "end"):
        body = {name: value for name, value in hours.items() if name != missing}
        assert client.ask("PUT", path, json=body).status_code == 422
    assert [client.ask("DELETE", path).status_code for _ in range(2)] == [204, 404]


def with_groups(client):
    path = "/v1/groups/g%20\u00fc/level"
    assert client.ask("PUT", path, json={"level": "mentions"}).json() == {"group": "g \u00fc", "application": "chat", "level": "mentions"}
    assert client.ask("PUT", path, json={"level": "none", "channel": "c"}).status_code == 200
    assert client.ask("GET", path).json()["levels"] == [{"level": "mentions"}, {"channel": "c", "level": "none"}]
    assert client.ask("PUT", path, json={"channel": "c"}).status_code == 422
    assert [client.ask("DELETE", path, params=query).status_code for query in ({"channel": "c"}, {"channel": "c"}, {}, {})] == [204, 404, 204, 404]


def with_messages(client):
    """What is reported and set decides on messages, and the answer says so."""
    def decision(number, **more):
        message = {"id": f"presence {number}", "object_name": "RC:TxtMsg", "channel_type": "GRP", "target": "g1", "from": "x", "text": "Hi",
                   "recipients": ["sue"], **more}
        answer = client.ask("POST", "/v1/messages", json=message)
        assert answer.status_code == 202, answer.text
        return answer.json()["decisions"][0]["decision"]

    client.ask("PUT", "/v1/devices/sue-phone", json={"user": "sue", "token": "ac02"})
    assert decision(1) == "push"
    report(client, "g1", change("connected", user="sue", device="web"))
    assert decision(2) == "online"
    report(client, "g1", change("background", user="sue", device="web"))
    assert decision(3) == "scheduled"
    report(client, "g1", change("background", user="sue", device="web", at=int(time.time() * 1000) - 121_000))
    report(client, "g1", change("killed", user="sue", device="web"))
    assert decision(4) == "push"
    client.ask("PUT", "/v1/users/sue/mutes", json={"channel_type": "GRP", "target": "g1", "level": "mentions_of_me"})
    assert decision(5) == "muted"
    assert decision(6, mention={"type": "all"}) == "muted"
    assert decision(7, mention={"type": "users", "users": ["sue"]}) == "push"
    hours = [time.strftime("%H:%M", time.gmtime(time.time() + hours * 3600)) for hours in (-1, 1)]
    client.ask("PUT", "/v1/users/sue/quiet-hours", json={"start": hours[0], "end": hours[1], "time_zone": "UTC"})
    assert decision(8, mention={"type": "users", "users": ["sue"]}) == "quiet_hours", hours
    client.ask("DELETE", "/v1/users/sue/quiet-hours")
    report(client, "g1", change("logged_out", user="sue", device="sue-phone"))
    assert decision(9, mention={"type": "users", "users": ["sue"]}) == "logged_out"
    client.ask("DELETE", "/v1/users/sue")
    assert states(client, "sue") == {}


def before_restart(port):
    """Reports a connection; returns the session that the gateway has across a restart."""
    return report(Client(port, "all"), "g8", change("connected", user="tom"))["session"]


def after_restart(port, session):
    """After a stop, a gateway goes on as if nothing had been."""
    client = Client(port, "all")
    assert states(client, "tom") == {"phone": "connected"}
    answer = report(client, "g8")
    assert answer["session"] == session and answer["connections"] == 1, answer
    client.ask("DELETE", "/v1/gateways/g8")
    print("presence after a restart: right")


def check(port):
    client, other = Client(port, "all"), Client(port, "other")
    for gateway in ("g1", "g2", "g3"):
        client.ask("DELETE", f"/v1/gateways/{gateway}")
        other.ask("DELETE", f"/v1/gateways/{gateway}")
    with_gateways(client, other)
    with_logouts(client)
    with_wrong_reports(client)
    with_mutes(client, other)
    with_quiet_hours(client)
    with_groups(client)
    with_messages(client)
    for user in ("pia", "ann"):
        client.ask("DELETE", f"/v1/users/{user}")
    # A key for chat servers reports, and reads no device; one for devices reports nothing.
    assert Client(port, "only-presence").ask("PUT", "/v1/gateways/g1", json={}).status_code == 200
    assert Client(port, "only-presence").ask("GET", "/v1/users/ann/devices").status_code == 403
    assert Client(port, "only-devices").ask("PUT", "/v1/gateways/g1", json={}).status_code == 403
    print("presence, mutes and quiet hours: right")
