#!/usr/bin/env python3
"""How 'notilua' reaches a server, and what it says where it does not: many addresses, certificates, servers that are none.

Everything happens in a network namespace of its own with loopback alone, and with an /etc/hosts of its own; it needs root,
which it gets by sudo. What is right is curl's answer: it goes through where curl does, and to the same address.

    Tests/Network/network.py [--program .build/release/notilua]
"""
import argparse, concurrent.futures, json, os, re, shutil, subprocess, sys, tempfile, threading, time

sys.dont_write_bytecode = True
from peers import Certificates, Peer, full, http2, over_tls, reset

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--program", default=".build/release/notilua")
parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
parser.add_argument("parts", nargs="*", default=["addresses", "certificates", "causes", "proxies", "simulator"])
arguments = parser.parse_args()
program = os.path.abspath(arguments.program)

if not arguments.inside:
    root = [] if os.geteuid() == 0 else ["sudo", "-E"]
    words = [sys.executable, os.path.abspath(__file__), "--inside", "--program", program, *arguments.parts]
    os.execvp((root + ["unshare"])[0], root + ["unshare", "--net", "--mount", "--"] + words)

folder = tempfile.mkdtemp(prefix="notilua-network-")
os.umask(0o077)
failures = []
clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, env=options.pop("env", clean), **options)


def check(holds, name, *facts):
    print(("  ok    " if holds else "  FAIL  ") + name, flush=True)
    if not holds:
        failures.append(name)
        for fact in facts:
            print("        " + str(fact).replace("\n", "\n        "))


def ip(*words):
    done = run("ip", *words)
    if done.returncode != 0:
        raise SystemExit(f"ip {' '.join(words)}: {done.stderr}")


def hosts(*lines):
    with open("/etc/hosts", "w") as file:
        file.write("".join(line + "\n" for line in lines))


def prepare():
    ip("link", "set", "lo", "up")
    with open(os.path.join(folder, "hosts"), "w") as file:
        file.write("127.0.0.1 localhost\n")
    if run("mount", "--bind", os.path.join(folder, "hosts"), "/etc/hosts").returncode != 0:
        raise SystemExit("no mount of an own /etc/hosts; run it as root")
    key = os.path.join(folder, "AuthKey_KEYID00001.p8")
    subprocess.run(f"openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out '{key}'", shell=True, check=True)
    added = run(program, "credentials", "add", "k", key, "--team-id", "TEAMID0001", "--application", "development", "--store", "store")
    assert added.returncode == 0, added.stderr
    with open(os.path.join(folder, "one.ndjson"), "w") as file:
        file.write('{"id":"m1","device_token":"ab02","payload":{"aps":{"alert":"x"}},"headers":{"apns-topic":"com.example.app"}}\n')


class Send:
    """What 'notilua send' shows of one push."""

    def __init__(self, server, *words, trust="ca.pem", env=clean):
        flags = ["--server", server] if server else []
        flags += ["--trust", trust] if trust else []
        done = run(program, "send", "--device-token", "ab01", "--topic", "com.example.app", "--environment", "sandbox", "--alert", "Hello",
                   "--credentials", "store", *flags, *words, env=env, timeout=60)
        self.text, self.status = done.stdout + done.stderr, done.returncode
        self.address = next((line.split()[1] for line in self.text.splitlines() if line.startswith("address")), "none")
        self.cause = next((line for line in self.text.splitlines() if line.startswith("There was no answer")), "")

    @property
    def delivered(self):
        return "APNs took it" in self.text


def curl(host, port, *words):
    done = run("curl", "-s", "--http2", "--max-time", "10", "--noproxy", "*", "--cacert", "ca.pem", "-d", "x", "-o", "/dev/null", "-w",
               "%{http_code} %{remote_ip} %{errormsg}", *words, f"https://{'[' + host + ']' if ':' in host else host}:{port}/3/device/ab", timeout=30)
    code, address, error = (done.stdout.split(" ", 2) + ["", ""])[:3]
    return code == "200", address, error


# Text of SwiftNIO or BoringSSL, names of their types, an empty cause, a path.
RAW = re.compile(r"NIO|OPENSSL|BoringSSL|Error\b|errno|[a-z]_[a-z]|[A-Z]_[A-Z]|: ;|ms: \.|\.swift|/home/|/root/")


def is_plain(text, *allowed):
    for word in allowed:
        text = text.replace(word, "")
    return not RAW.search(text)


# MARK: addresses

def addresses(certificates):
    print("addresses", flush=True)
    certificates.make("many", ["DNS:many.test", "DNS:localhost", "DNS:api.push.apple.com", "DNS:api.sandbox.push.apple.com"])
    serve = over_tls(certificates.context("many"))
    for address in ("2001:db8::1", "2001:db8::3", "2001:db8::5"):
        ip("-6", "addr", "add", address + "/128", "dev", "lo", "nodad")
    good = Peer(serve, ("127.0.0.9", "2001:db8::1", "::1"), 443)
    port = good.port
    # Each way in which an address does not work, with what the kernel says of it (connect(2), ip-route(8)).
    for kind, octet in (("unreachable", 11), ("prohibit", 12), ("blackhole", 13), ("throw", 14)):
        ip("route", "add", kind, f"127.0.0.{octet}/32", "table", "local")
        ip("-6", "route", "add", kind, f"2001:db8::{octet}/128")
    keep, _ = full("127.0.0.15", port)
    keep6, _ = full("2001:db8::5", port)
    broken = {
        "127.0.0.10": "Connection refused", "127.0.0.11": "No route to host", "127.0.0.12": "Permission denied",
        "127.0.0.13": "Invalid argument", "127.0.0.14": "Network is unreachable", "127.0.0.15": "no answer in 10 s",
        "2001:db8::3": "Connection refused", "2001:db8::11": "No route to host", "2001:db8::12": "Permission denied",
        "2001:db8::13": "Invalid argument", "2001:db8::14": "Network is unreachable", "2001:db8::99": "Network is unreachable",
        "2001:db8::5": "no answer in 10 s",
    }
    for address, cause in broken.items():
        for other in ("127.0.0.9", "2001:db8::1"):
            hosts(f"{address} many.test", f"{other} many.test")
            sent, (through, where, error) = Send(f"many.test:{port}"), curl("many.test", port)
            check(sent.delivered and through and sent.address == where == other, f"{address} ({cause}), then {other}", sent.text, where, error)
    quick = [address for address in broken if "no answer" not in broken[address]]
    hosts(*(f"{address} many.test" for address in quick))
    sent = Send(f"many.test:{port}")
    check(not sent.delivered and all(f"{address}: {broken[address]}" in sent.cause for address in quick), "every address with its own cause", sent.text)
    check("many.test" in sent.text and is_plain(sent.cause), "in plain words", sent.text)
    for group in (["127.0.0.15", "127.0.0.10"], ["2001:db8::5", "127.0.0.15", "2001:db8::12"]):
        hosts(*(f"{address} many.test" for address in group))
        sent = Send(f"many.test:{port}")
        check(all(f"{address}: {broken[address]}" in sent.cause for address in group), f"{' and '.join(group)}: each with its own cause", sent.text)
    hosts("127.0.0.1 localhost")
    sent = Send(f"nobody.test:{port}")
    check("the name 'nobody.test' leads to no address" in sent.cause, "a name without an address", sent.text)
    hosts("127.0.0.10 many.test", "127.0.0.9 many.test")
    done = run(program, "run", "--no-plugins", "--sink", "apns", "--environment", "sandbox", "--credentials", "store", "--server",
               f"many.test:{port}", "--trust", "ca.pem", "--retry-for", "5s", "one.ndjson")
    check('"delivery":"delivered"' in done.stdout, "run: the second address", done.stdout, done.stderr)
    # Apple's own names, with no --server: an AAAA record on a machine without IPv6.
    hosts("2001:db8::99 api.sandbox.push.apple.com", "127.0.0.9 api.sandbox.push.apple.com")
    check(Send(None).delivered, "Apple's name with an AAAA record, and no IPv6")
    hosts("2001:db8::1 api.sandbox.push.apple.com")
    check(Send(None).delivered, "Apple's name, IPv6 only")
    with open(os.path.join(folder, "port.yaml"), "w") as file:
        file.write("apns: { port: 2197 }\n")
    Peer(serve, ("127.0.0.9",), 2197)
    hosts("127.0.0.9 api.sandbox.push.apple.com")
    sent = Send(None, "--config", "port.yaml")
    check(sent.delivered and "api.sandbox.push.apple.com:2197" in sent.text, "apns.port: Apple's other port", sent.text)
    with open(os.path.join(folder, "server.yaml"), "w") as file:
        file.write("apns: { server: many.test, port: 2197 }\n")
    hosts("127.0.0.9 many.test")
    check(Send(None, "--config", "server.yaml").delivered, "apns.server with apns.port")
    del keep, keep6


# MARK: certificates

def certificates_(certificates):
    """Which names count (RFC 9525 §6): curl and Notilua must agree."""
    print("certificates", flush=True)
    authorities(certificates)
    cases = {
        # curl still takes a common name, which RFC 9525 §2 forbids.
        "ip": (["IP:127.0.0.1"], ["api.test", "127.0.0.1"]), "name": (["DNS:api.test"], ["api.test", "127.0.0.1", "b.api.test"]),
        "six": (["IP:::1"], ["::1", "api.test", "127.0.0.1"]), "wild": (["DNS:*.push.test"], ["a.push.test", "a.b.push.test", "push.test"]),
        "part": (["DNS:a*.push.test"], ["api.push.test"]), "middle": (["DNS:api.*.test"], ["api.push.test"]),
        "cn.test": ([], ["cn.test"]), "dnsip": (["DNS:127.0.0.1"], ["127.0.0.1"]), "case": (["DNS:API.Test"], ["api.test", "Api.TEST"]),
        "both": (["DNS:other.test", "IP:127.0.0.1"], ["api.test", "127.0.0.1"]), "mail": (["email:a@api.test"], ["api.test"]),
    }
    names = {host for _, asked in cases.values() for host in asked if not re.fullmatch(r"[0-9.:]+", host)}
    hosts(*(f"127.0.0.1 {name}" for name in names))
    for name, (alternatives, asked) in cases.items():
        certificates.make(name, alternatives)
        peer = Peer(over_tls(certificates.context(name)), ("127.0.0.1", "::1"))
        for host in asked:
            sent, (through, _, error) = Send(f"{'[' + host + ']' if ':' in host else host}:{peer.port}"), curl(host, peer.port)
            through = through and bool(alternatives)
            check(sent.delivered == through, f"{alternatives or 'common name'} for {host}: {'taken' if through else 'refused'}", sent.text, error)
            if not through:
                check("its certificate is for" in sent.cause and is_plain(sent.cause), f"{alternatives} for {host}: says so", sent.text)


def authorities(certificates):
    """Without --trust the machine's authorities count, which OpenSSL's own variables may replace."""
    hosts("127.0.0.1 good.test")
    certificates.make("good", ["DNS:good.test"])
    port = Peer(over_tls(certificates.context("good"))).port
    sent = Send(f"good.test:{port}", trust=None)
    check("'Test authority ca', which is not trusted" in sent.cause, "the machine's authorities", sent.text)
    sent = Send(f"good.test:{port}", trust=None, env=clean | {"SSL_CERT_FILE": certificates.path("ca.pem")})
    check(sent.delivered, "SSL_CERT_FILE", sent.text)


# MARK: causes

def causes(certificates):
    print("causes", flush=True)
    hosts("127.0.0.1 good.test")
    make = certificates.make
    make("good", ["DNS:good.test"])
    make("expired", ["DNS:good.test"], start="-9", end="-2")
    make("future", ["DNS:good.test"], start="+5")
    make("other", ["DNS:other.test"])
    make("client", ["DNS:good.test"], extension="extendedKeyUsage=clientAuth")
    make("short", ["DNS:good.test"], key="rsa:1024")
    make("between", [], authority=True)
    make("below", ["DNS:good.test"], issuer="between")
    make("oldbetween", [], authority=True, start="-9", end="-2")
    make("belowold", ["DNS:good.test"], issuer="oldbetween")
    make("belowleaf", ["DNS:good.test"], issuer="good")
    certificates.authority("unknown")
    make("foreign", ["DNS:good.test"], issuer="unknown")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", certificates.path("self.key"), "-out",
                    certificates.path("self.pem"), "-days", "9", "-subj", "/CN=good.test", "-addext", "subjectAltName=DNS:good.test"], check=True, capture_output=True)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))
    tls = lambda name, **options: over_tls(certificates.context(name, **options))
    old = certificates.context("good", protocols=("http/1.1",))

    def http1(then):
        def serve(connection):
            inner = old.wrap_socket(connection, server_side=True)
            inner.recv(4096)
            then(inner)
        return serve

    def answer(connection):
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        time.sleep(1)
        connection.close()

    def first(then):
        return over_tls(certificates.context("good"), lambda connection: (connection.recv(100), then(connection)))

    def says(text):
        return lambda connection: (connection.sendall(text), time.sleep(30))

    def garbage(connection):
        connection.sendall(b"\xff" * 64)
        time.sleep(30)

    cases = {
        "refused": (None, ["127.0.0.1: Connection refused"]),
        "reset in the handshake": (lambda connection: (connection.recv(9), reset(connection)), ["reset", "TLS handshake"]),
        "closed at once": (lambda connection: (connection.recv(4096), connection.close()), ["ended the connection in the TLS handshake"]),
        "silent": (lambda connection: time.sleep(60), ["said nothing in the TLS handshake"]),
        "plain text": (says(b"220 mail.test ESMTP\r\n"), ["does not speak TLS"]),
        "plain HTTP": (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), ["does not speak TLS"]),
        "expired": (tls("expired"), [f"its certificate expired on {day}", "clock"]),
        "not yet valid": (tls("future"), ["its certificate is not valid before"]),
        "another name": (tls("other"), ["its certificate is for other.test, not for good.test"]),
        "unknown authority": (tls("foreign"), ["'Test authority unknown', which is not trusted", "--trust"]),
        "unknown authority, sent along": (tls("foreign", chain=("unknown",)), ["'Test authority unknown', which is not trusted"]),
        "signed by itself": (tls("self"), ["signed by itself"]),
        "for clients": (tls("client"), ["its certificate is not for servers"]),
        "a short key": (tls("short"), ["key that is too short"]),
        "one between is missing": (tls("below"), ["'between', which is not trusted", "was not sent"]),
        "an expired authority": (tls("belowold", chain=("oldbetween",)), ["authority 'oldbetween' expired"]),
        "signed by a server's key": (tls("belowleaf", chain=("good",)), ["may not sign certificates"]),
        "HTTP/1.1, answered": (http1(answer), ["answers with HTTP/1.1"]),
        "HTTP/1.1, closed": (http1(lambda connection: connection.close()), ["not chosen HTTP/2", "ALPN"]),
        "HTTP/1.1, reset": (http1(reset), ["not chosen HTTP/2", "ALPN"]),
        "HTTP/1.1, silent": (http1(lambda connection: time.sleep(60)), ["not chosen HTTP/2", "said nothing"]),
        "closed before SETTINGS": (first(lambda connection: connection.close()), ["before HTTP/2's settings"]),
        "reset before SETTINGS": (first(reset), ["reset", "before HTTP/2's settings"]),
        "no SETTINGS": (first(lambda connection: time.sleep(60)), ["no HTTP/2 settings came"]),
        "no HTTP/2 behind h2": (first(garbage), ["HTTP/2"]),
    }
    servers = {
        "no protocol in common": (["-alpn", "http/1.1"], "good", ["offers no HTTP/2 (ALPN)"]),
        "TLS 1.1": (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "good", ["version of TLS"]),
        "wants a client certificate": (["-alpn", "h2", "-Verify", "1"], "good", ["wants a client certificate"]),
        "wants a client certificate, TLS 1.2": (["-alpn", "h2", "-tls1_2", "-Verify", "1"], "good", ["client certificate"]),
        "does not know the name": (["-servername", "else.test", "-servername_fatal", "-cert2", "other.pem", "-key2", "other.key"], "good", ["does not know this name"]),
    }
    processes = []
    ports = {}
    for name, (serve, _) in cases.items():
        ports[name] = Peer(serve).port if serve else 9
    number = 20443
    for name, (words, certificate, _) in servers.items():
        number += 1
        ports[name] = number
        processes.append(subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{number}", "-cert", certificates.path(certificate + ".pem"), "-key",
                                           certificates.path(certificate + ".key"), "-quiet", *words], cwd=folder, stdin=subprocess.PIPE,
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    time.sleep(0.5)
    expected = {name: words for name, (_, words) in cases.items()} | {name: words for name, (_, _, words) in servers.items()}

    def both(name):
        server = f"good.test:{ports[name]}"
        sent = Send(server)
        done = run(program, "run", "--no-plugins", "--sink", "apns", "--environment", "sandbox", "--credentials", "store", "--server", server, "--trust",
                   "ca.pem", "--retry-for", "1s", "--emit", "deliveries", "one.ndjson", timeout=90)
        return name, sent, done

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for name, sent, done in pool.map(both, expected):
            words = expected[name]
            check(not sent.delivered and sent.status == 1 and all(word in sent.text for word in words) and is_plain(sent.cause),
                  f"send: {name}: {words[0]}", sent.text)
            line = json.loads(done.stdout.splitlines()[0]) if done.stdout.startswith("{") else {}
            why = json.dumps(line)
            check(line.get("delivery") == "undelivered" and all(word in why for word in words) and is_plain(done.stderr, "one.ndjson"),
                  f"run: {name}", done.stdout, done.stderr)
    for process in processes:
        process.kill()


# MARK: proxies

def tunnel(connection):
    """A proxy that does what it is asked."""
    import socket
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(4096)
        if not part:
            return
        head += part
    host, port = head.split()[1].decode().rsplit(":", 1)
    target = socket.create_connection((host.strip("[]"), int(port)))
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")

    def copy(one, other):
        try:
            while part := one.recv(65536):
                other.sendall(part)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(2)
            except OSError:
                pass
    threading.Thread(target=copy, args=(target, connection), daemon=True).start()
    copy(connection, target)


def proxies(certificates):
    """Proxies that do wrong; squid and tinyproxy have tests of their own (Tests/Strangers/proxies)."""
    print("proxies", flush=True)
    hosts("127.0.0.1 target.test", "127.0.0.1 proxy.test", "127.0.0.10 half.test", "127.0.0.1 half.test")
    certificates.make("target", ["DNS:target.test", "IP:127.0.0.1"])
    certificates.make("proxy", ["DNS:proxy.test"])
    target = Peer(over_tls(certificates.context("target")))
    # Its certificate is the proxy's, which is not the target's.
    wrong = Peer(over_tls(certificates.context("proxy")))
    heads = []

    def answers(text):
        def serve(connection):
            heads.append(connection.recv(4096))
            connection.sendall(text)
            time.sleep(0.3)
            connection.close()
        return serve

    def status(number, headers=b""):
        return answers(b"HTTP/1.1 %d Whatever\r\n%sContent-Length: 3\r\n\r\nno\n" % (number, headers))

    good = Peer(tunnel)
    server = f"target.test:{target.port}"
    cases = {
        "nobody there": (9, ["no connection to the proxy proxy.test:9", "Connection refused"]),
        "407": (status(407, b"Proxy-Authenticate: Basic realm=\"x\"\r\n"), ["wants a user and a password (status 407)", "apns.proxy_password_file"]),
        "401": (status(401), ["wants a user and a password (status 401)"]),
        "403": (status(403), [f"does not allow target.test:{target.port}"]),
        "405": (status(405), ["does not know CONNECT"]),
        "500": (status(500), ["does not reach target.test"]), "502": (status(502), ["does not reach target.test"]),
        "503": (status(503), ["does not reach target.test"]), "504": (status(504), ["does not reach target.test"]),
        "302": (status(302, b"Location: http://login.test/\r\n"), ["refuses target.test", "302"]),
        "silent": (lambda connection: time.sleep(60), ["took the connection and then said nothing"]),
        "closed": (lambda connection: (connection.recv(4096), connection.close()), ["ended the connection without an answer"]),
        "half an answer": (answers(b"HTTP/1.1 200 OK\r\nVia: x"), ["the proxy proxy.test"]),
        "reset": (lambda connection: (connection.recv(4096), reset(connection)), ["the proxy proxy.test", "reset"]),
        "not HTTP": (answers(b"220 mail.test ESMTP\r\n"), ["no HTTP proxy"]),
        "TLS": (over_tls(certificates.context("proxy")), ["the proxy proxy.test"]),
        "200, then closed": (answers(b"HTTP/1.1 200 OK\r\n\r\n"), ["through the proxy proxy.test", "TLS handshake"]),
        "200, then text": (answers(b"HTTP/1.1 200 OK\r\n\r\nWelcome to the proxy, please log in here first"), ["through the proxy proxy.test"]),
    }
    ports = {name: serve if isinstance(serve, int) else Peer(serve).port for name, (serve, _) in cases.items()}
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for name, sent in zip(cases, pool.map(lambda name: Send(server, "--proxy", f"http://proxy.test:{ports[name]}"), cases)):
            check(not sent.delivered and all(word in sent.text for word in cases[name][1]) and is_plain(sent.cause, "proxy_password_file"),
                  f"a proxy's fault: {name}", sent.text)
    sent = Send(server, "--proxy", f"http://proxy.test:{good.port}/")
    check(sent.delivered and f"proxy.test:{good.port}" in sent.text, "--proxy", sent.text)
    sent = Send(f"127.0.0.1:{target.port}", "--proxy", f"proxy.test:{good.port}")
    check(sent.delivered, "an address through a proxy", sent.text)
    sent = Send(server, "--proxy", f"http://half.test:{good.port}")
    check(sent.delivered, "a proxy with two addresses of which one works", sent.text)
    sent = Send(f"target.test:{wrong.port}", "--proxy", f"http://proxy.test:{good.port}")
    check("its certificate is for proxy.test, not for target.test" in sent.cause, "the certificate is checked against the target", sent.text)
    # Several answers before the one, and any status of success (RFC 9110 §9.3.6, §15.2).
    def polite(connection):
        head = connection.recv(4096)
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 Fine\r\nX: y\r\n\r\n")
        over_tls(certificates.context("target"))(connection)
    check(Send(server, "--proxy", f"http://proxy.test:{Peer(polite).port}").delivered, "an interim answer, then 204")

    # What other programs were reported for: a length in the answer, which counts for nothing (RFC 9110 §9.3.6), an old version, an
    # answer in pieces, brackets around an address of IPv6, a proxy that fails and recovers.
    def opens(*parts):
        def serve(connection):
            heads.append(connection.recv(4096))
            for part in parts:
                connection.sendall(part)
                time.sleep(0.01)
            over_tls(certificates.context("target"))(connection)
        return Peer(serve, ("127.0.0.1", "::1")).port
    whole = b"HTTP/1.1 200 Connection established\r\nProxy-Agent: x\r\n\r\n"
    for name, parts in {
        "Content-Length: 0": [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"], "Content-Length: 50": [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n"],
        "Transfer-Encoding": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"], "HTTP/1.0": [b"HTTP/1.0 200 OK\r\n\r\n"],
        "Connection: close": [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"], "no reason phrase": [b"HTTP/1.1 200\r\n\r\n"],
        "in pieces": [whole[index:index + 1] for index in range(len(whole))],
    }.items():
        sent = Send(server, "--proxy", f"http://proxy.test:{opens(*parts)}")
        check(sent.delivered, f"a tunnel's answer: {name}", sent.text)
    certificates.make("six", ["IP:::1"])
    six = Peer(over_tls(certificates.context("six")), ("::1",))
    through6 = Peer(tunnel, ("::1",))
    sent = Send(f"[::1]:{six.port}", "--proxy", f"http://[::1]:{through6.port}")
    check(sent.delivered and f"[::1]:{through6.port}" in sent.text, "an address of IPv6 by a proxy of IPv6", sent.text)
    endless = Peer(lambda connection: [connection.sendall(b"HTTP/1.1 200 OK\r\n")] + [connection.sendall(b"X-%d: %s\r\n" % (number, b"x" * 4000)) for number in range(1 << 20)])
    sent = Send(server, "--proxy", f"http://proxy.test:{endless.port}")
    check(not sent.delivered and "the proxy proxy.test" in sent.cause and is_plain(sent.cause), "an answer without an end", sent.text)
    failing = []

    def recovers(connection):
        failing.append(1)
        if len(failing) <= 3:
            status(503)(connection)
        else:
            tunnel(connection)
    done = run(program, "run", "--no-plugins", "--sink", "apns", "--environment", "sandbox", "--credentials", "store", "--server", server, "--trust", "ca.pem",
               "--proxy", f"http://proxy.test:{Peer(recovers).port}", "--retry-for", "30s", "one.ndjson", timeout=60)
    check('"delivery":"delivered"' in done.stdout, "run: a proxy that recovers", done.stdout, done.stderr)

    # The environment, with the rules of NO_PROXY: curl must agree on who uses the proxy.
    for variables, uses in (
        ({"HTTPS_PROXY": "P"}, True), ({"https_proxy": "P"}, True), ({"HTTPS_PROXY": ""}, False),
        ({"https_proxy": "P", "HTTPS_PROXY": "http://127.0.0.1:9"}, True), ({"HTTPS_PROXY": "P", "NO_PROXY": "*"}, False),
        ({"HTTPS_PROXY": "P", "NO_PROXY": "target.test"}, False), ({"HTTPS_PROXY": "P", "no_proxy": "x.test, test"}, False),
        ({"HTTPS_PROXY": "P", "NO_PROXY": ".target.test"}, False), ({"HTTPS_PROXY": "P", "NO_PROXY": "get.test"}, True),
        ({"HTTPS_PROXY": "P", "NO_PROXY": "a.target.test"}, True), ({"HTTPS_PROXY": "P", "NO_PROXY": "127.0.0.0/8"}, True),
        ({"HTTPS_PROXY": "P", "NO_PROXY": "TARGET.test."}, False), ({"http_proxy": "P"}, False),
    ):
        env = clean | {name: value.replace("P", f"http://proxy.test:{good.port}") if value == "P" else value for name, value in variables.items()}
        before = len(good.seen)
        sent = Send(server, env=env)
        used = len(good.seen) > before
        before = len(good.seen)
        run("curl", "-s", "--http2", "--max-time", "10", "--cacert", "ca.pem", "-d", "x", f"https://{server}/3/device/ab", env=env)
        curled = len(good.seen) > before
        check(sent.delivered and used == uses == curled and (f"proxy.test:{good.port}" in sent.text) == uses, f"{variables}", sent.text, f"curl: {curled}")
    # What curl 7.88 does not know, and Go does: addresses by their network.
    env = clean | {"HTTPS_PROXY": f"http://proxy.test:{good.port}", "NO_PROXY": "10.0.0.0/8,127.0.0.0/8"}
    before = len(good.seen)
    check(Send(f"127.0.0.1:{target.port}", env=env).delivered and len(good.seen) == before, "NO_PROXY with a network")

    # The password: sent to the proxy, and nowhere else.
    secret = "s3cret:pass word@1"
    with open(os.path.join(folder, "proxy-password"), "w") as file:
        file.write(secret + "\n")
    with open(os.path.join(folder, "proxy.yaml"), "w") as file:
        file.write(f"apns: {{ proxy: 'http://an%20n@proxy.test:{good.port}', proxy_password_file: proxy-password }}\n")
    import base64
    wanted = b"proxy-authorization: basic " + base64.b64encode(f"an n:{secret}".encode())
    seen = []

    def asks(connection):
        head = connection.recv(4096)
        seen.append(head)
        if wanted.lower() in head.lower():
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            over_tls(certificates.context("target"))(connection)
        else:
            connection.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
    strict = Peer(asks)
    with open(os.path.join(folder, "proxy.yaml"), "w") as file:
        file.write(f"apns: {{ proxy: 'http://an%20n@proxy.test:{strict.port}', proxy_password_file: proxy-password }}\n")
    sent = Send(server, "--config", "proxy.yaml")
    check(sent.delivered and secret not in sent.text and "an n" not in sent.text, "apns.proxy with a password's file", sent.text, seen)
    url = "http://an%20n:s3cret%3Apass%20word%401@proxy.test"
    sent = Send(server, env=clean | {"HTTPS_PROXY": f"{url}:{strict.port}"})
    check(sent.delivered and "s3cret" not in sent.text, "HTTPS_PROXY with a password", sent.text)
    sent = Send(server, env=clean | {"HTTPS_PROXY": f"{url}9:{strict.port}"})
    check(not sent.delivered and "s3cret" not in sent.text, "a password stays out of the messages", sent.text)
    sent = Send(server, "--proxy", f"http://ann:s3cret@proxy.test:{strict.port}")
    check(sent.status == 64 and "s3cret" not in sent.text and "apns.proxy_password_file" in sent.text, "a flag takes no password", sent.text)
    os.chmod(os.path.join(folder, "proxy-password"), 0o644)
    sent = Send(server, "--config", "proxy.yaml")
    check(sent.status == 64 and "proxy.yaml:1:" in sent.text and "s3cret" not in sent.text, "a password that others may read is refused", sent.text)
    for url in ("socks5://proxy.test:1", "https://proxy.test:1", "http://", "http://a b:1", "http://u:s3cret#@proxy.test:1"):
        sent = Send(server, env=clean | {"HTTPS_PROXY": url})
        check(sent.status == 64 and "HTTPS_PROXY" in sent.text and "s3cret" not in sent.text, f"HTTPS_PROXY={url}", sent.text)
    done = run(program, "run", "--no-plugins", "--sink", "apns", "--environment", "sandbox", "--credentials", "store", "--server", server, "--trust", "ca.pem",
               "--proxy", f"http://proxy.test:{good.port}", "--retry-for", "5s", "one.ndjson")
    check('"delivery":"delivered"' in done.stdout, "run --proxy", done.stdout, done.stderr)


# MARK: the simulator

def simulator(_):
    print("simulator", flush=True)
    debian = ["127.0.0.1\tlocalhost", "::1\t\tlocalhost ip6-localhost ip6-loopback"]

    def start(*words):
        port = os.path.join(folder, "port")
        if os.path.exists(port):
            os.remove(port)
        process = subprocess.Popen([program, "apns-simulator", "--write-credentials", "keys", "--port-file", port, "--seconds", "60", *words], cwd=folder,
                                   stderr=subprocess.PIPE, text=True, env=clean)
        end = time.time() + 20
        while not (os.path.exists(port) and open(port).read().strip()) and time.time() < end and process.poll() is None:
            time.sleep(0.05)
        return process, open(port).read().strip() if os.path.exists(port) else "0"

    def push(server):
        run(program, "credentials", "add", "sim", "keys/AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001", "--application", "development", "--store", "simulated")
        return Send(server, "--credentials", "simulated", trust="keys/ca.pem")

    hosts(*debian)
    # Then a lookup of 127.0.0.1 gives an address of IPv6.
    run("ip", "-6", "addr", "add", "2001:db8::7/128", "dev", "lo", "nodad")
    process, port = start()
    sent = push(f"localhost:{port}")
    check(sent.delivered, "the guide's first push with Debian's /etc/hosts", sent.text)
    for server in (f"127.0.0.1:{port}", f"[::1]:{port}"):
        check(push(server).delivered, f"it listens on {server.rsplit(':', 1)[0]}")
    code = run("curl", "-s", "-6", "--http2", "--cacert", "keys/ca.pem", "--cert", "keys/sandbox.pem", "-d", "{}", f"https://localhost:{port}/3/device/ab", "-o", "/dev/null",
               "-w", "%{http_code}").stdout
    check(code == "200", "curl by IPv6", code)
    process.terminate()
    said = process.communicate()[1]
    check(f"listening on 127.0.0.1:{port} and [::1]:{port}" in said, "it says where", said)
    process, port = start("--host", "127.0.0.1")
    check(not push(f"[::1]:{port}").delivered and push(f"localhost:{port}").delivered, "--host 127.0.0.1 is that alone")
    process.terminate()
    process.wait()
    # A machine without IPv6.
    with open("/proc/sys/net/ipv6/conf/lo/disable_ipv6", "w") as file:
        file.write("1")
    process, port = start()
    sent = push(f"localhost:{port}")
    check(sent.delivered, "a machine without IPv6, whose /etc/hosts has ::1", sent.text)
    process.terminate()
    said = process.communicate()[1]
    check("[::1]" not in said, "it says so", said)


try:
    prepare()
    certificates = Certificates(folder)
    parts = {"addresses": addresses, "certificates": certificates_, "causes": causes, "proxies": proxies, "simulator": simulator}
    for part in arguments.parts:
        parts[part](certificates)
finally:
    run("umount", "/etc/hosts")
    shutil.rmtree(folder, ignore_errors=True)
print(f"{len(failures)} failures" if failures else "all as it must be")
os._exit(1 if failures else 0)
