"""The HTTP API with TLS: curl, Python's ssl with requests, and clients that know nothing of TLS or are slow with it.

Right is what RFC 8446 and the guide "The HTTP API" say. Called by api.py.
"""

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess

from api_service import KEYS, Client, envelope, service
from programs import PROGRAM, eventually, free_port, log_of, make_certificate, path, run, write


def curl(port, *words):
    """curl's status and what it got."""
    ended = subprocess.run(
        ["curl", "-sS", "-K", path("curl.key"), "--max-time", "60", *words], capture_output=True, text=True)
    return ended.returncode, ended.stdout


def trust(name="api"):
    return ssl.create_default_context(cafile=path(f"{name}.pem"))


def connect(port, context=None):
    """A connection whose handshake is made; without a context one that has none."""
    peer = socket.create_connection(("127.0.0.1", port), timeout=30)
    return context.wrap_socket(peer, server_hostname="localhost") if context else peer


def shown(port):
    """The certificate that a new connection gets."""
    with connect(port, unchecked()) as peer:
        return ssl.DER_cert_to_PEM_cert(peer.getpeercert(True))


def unchecked():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def ends(peer):
    """True once the service has ended a connection."""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while peer.recv(4096):
            pass
    return True


def client(port, name="api"):
    client = Client(port, "all")
    client.base = f"https://localhost:{port}"
    # Else variables of the environment decide.
    client.session.trust_env, client.session.verify = False, path(f"{name}.pem")
    return client


# MARK: What clients get


def with_clients(port):
    target = f"https://localhost:{port}/v1/status"
    assert curl(port, "--cacert", path("api.pem"), "-w", " %{http_code} %{http_version}", target)[1].endswith(" 200 1.1")
    # Who trusts another authority, or looks for another name, sends nothing: the status of curl(1) for that is 60.
    for words in ([target], ["--cacert", path("other.pem"), target], ["--cacert", path("api.pem"), target.replace("localhost", "127.0.0.1")]):
        assert curl(port, *words)[0] == 60, words
    # TLS 1.1 is none, whatever a client would take.
    for version, is_taken in [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)]:
        context = trust()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        try:
            connect(port, context).close()
            assert is_taken, version
        except ssl.SSLError as error:
            assert not is_taken and "version" in str(error).lower(), (version, error)
    context = trust()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connect(port, context) as peer:
        assert peer.selected_alpn_protocol() == "http/1.1"
    # Streams, whose answer comes once all was read, and a body above the limit.
    answer, answers = client(port).stream([envelope(f"t{number}", title="drop") for number in range(3000)])
    assert answer.status_code == 200 and [line["status"] for line in answers] == [202] * 3000
    with connect(port, trust()) as peer:
        peer.sendall(f"POST /v1/notifications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEYS['all']}\r\nContent-Type: application/x-ndjson\r\n"
                     "Content-Length: 99999999999\r\n\r\n".encode())
        assert b" 413 " in peer.recv(4096)
    # The Unix socket has no TLS.
    text = run("curl", "-sS", "-K", "curl.key", "--unix-socket", "api.sock", "http://localhost/v1/status")
    assert json.loads(text)["state"] == "running", text


def with_plain_http(port):
    """A client that knows nothing of TLS is told in its own words."""
    status, text = curl(port, "-i", f"http://localhost:{port}/v1/status")
    assert status == 0 and " 400 " in text.splitlines()[0] and "https://" in text and "application/problem+json" in text, text
    for data in (b"\r\n\r\n", b"\x80\x00\x00", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000):
        with connect(port) as peer:
            peer.sendall(data)
            assert b" 400 " in peer.recv(4096), data[:20]
            assert ends(peer)
    # What begins as TLS and is none.
    with connect(port) as peer:
        peer.sendall(b"\x16\x03\x01\x00\x05hello")
        assert ends(peer)


def with_slow_clients(port):
    """Handshakes and heads that do not go on cost nothing: others are answered meanwhile, though there are more than connections."""
    hello = ssl.MemoryBIO()
    wrapped = trust().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        wrapped.do_handshake()
    hello = hello.read()
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(port)) for _ in range(40)]
        for index, peer in enumerate(slow):
            with contextlib.suppress(ConnectionError):
                peer.sendall(hello[: index * 5])
        assert client(port).ask("GET", "/v1/status").status_code == 200
        for _ in range(40):
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                peer = stack.enter_context(connect(port, trust()))
                peer.sendall(b"GET /v1/status HTTP/1.1\r\nHost")
                slow.append(peer)
        assert client(port).ask("GET", "/v1/status").status_code == 200
        assert all(ends(peer) for peer in slow)
    assert client(port).ask("GET", "/v1/status").status_code == 200


# MARK: Another certificate


def replace(name):
    """Puts a certificate and its key in the place of those of the API."""
    for kind in ("key", "pem"):
        shutil.copy(path(f"{name}.{kind}"), path(f"new.{kind}"))
        os.rename(path(f"new.{kind}"), path(f"used.{kind}"))


def with_another_certificate(port):
    """New connections get the new certificate, those that are open go on, and half of a change changes nothing."""
    open_client = client(port)
    assert open_client.ask("GET", "/v1/status").status_code == 200
    replace("other")
    eventually(lambda: shown(port) == open(path("other.pem")).read())
    assert open_client.ask("GET", "/v1/status").status_code == 200
    assert client(port, "other").ask("GET", "/v1/status").status_code == 200
    assert curl(port, "--cacert", path("api.pem"), f"https://localhost:{port}/v1/status")[0] == 60
    assert "the certificate of the HTTP API was read again" in log_of("serve")
    shutil.copy(path("api.key"), path("used.key"))
    eventually(lambda: "do not belong together" in log_of("serve"))
    assert shown(port) == open(path("other.pem")).read()
    replace("api")
    eventually(lambda: shown(port) == open(path("api.pem")).read())


# MARK: Without TLS


def refused(config, descriptor=None):
    """What a service says that does not start."""
    write("refused.yaml", f"""
plugins: [{{ path: p.lua }}]
apns: {{ credentials: store, environment: sandbox, server: "localhost:1" }}
outbox: {{ path: refused-outbox }}
api: {{ keys: api-keys, {config} }}
operations: {{ address: "", socket: refused.sock }}
""")
    script = 'exec "$0" serve --config refused.yaml'
    if descriptor is not None:
        # As a service manager passes it, by sd_listen_fds(3).
        script = f"export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=api; exec 3<&{descriptor}; {script}"
    ended = subprocess.run(
        ["bash", "-c", script, PROGRAM], capture_output=True, text=True, cwd=path(""), timeout=120, pass_fds=[descriptor] if descriptor else [])
    assert ended.returncode == 64, ended
    return ended.stderr


def with_refusals():
    """Nobody listens to other machines without TLS, whoever has opened the socket."""
    port = free_port()
    assert "which other machines reach, without TLS; add certificate and key" in refused(f'listen: "0.0.0.0:{port}"')
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert "without TLS; add api.certificate and api.key" in refused("socket: x.sock", server.fileno())
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        assert "without TLS; add api.certificate and api.key" in refused("socket: x.sock", server.fileno())
    for certificate, key, said in [
            ("none.pem", "api.key", "none.pem"), ("api.pem", "other.key", "do not belong together"), ("api.key", "api.key", "no certificate in PEM"),
            ("api.pem", "api.pem", "no private key")]:
        text = refused(f'listen: "0.0.0.0:{port}", certificate: {certificate}, key: {key}')
        assert said in text, text


def check(apns):
    for name in ("api", "other"):
        make_certificate(name)
    replace("api")
    with_refusals()
    tls = dict(listen="0.0.0.0:{port}", more=", certificate: used.pem, key: used.key")
    with service(apns, **tls, limits=", handshake: 2s, connections: 20") as port:
        for part in (with_clients, with_plain_http, with_slow_clients, with_another_certificate):
            part(port)
            print(f"TLS {part.__name__.replace('_', ' ')}: right")
        # A handshake that does not go on holds no stop.
        left = connect(port)
    assert ends(left)
