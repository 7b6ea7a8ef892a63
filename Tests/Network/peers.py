"""Servers and certificates for the tests of the network: what they do is written down in each, on loopback alone."""
import os, socket, ssl, struct, subprocess, threading, time


def openssl(*words, **options):
    return subprocess.run(["openssl", *words], capture_output=True, text=True, check=True, **options)


class Certificates:
    """An authority and the certificates that it makes, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.authority("ca")

    def path(self, name):
        return os.path.join(self.folder, name)

    def authority(self, name):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.path(name + ".key"),
                "-out", self.path(name + ".pem"), "-days", "30", "-subj", "/CN=Test authority " + name)

    def make(self, name, names, extension="extendedKeyUsage=serverAuth", issuer="ca", start="-1", end="+20", key="ec", authority=False):
        """Makes name.pem and name.key; names is a list such as DNS:a.test and IP:127.0.0.1; days count from today."""
        kind = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec" else [key]
        openssl("req", "-newkey", *kind, "-nodes", "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"), "-subj", "/CN=" + name)
        with open(self.path(name + ".ext"), "w") as file:
            file.write(f"basicConstraints={'critical,CA:TRUE' if authority else 'CA:FALSE'}\n")
            if names:
                file.write("subjectAltName=" + ",".join(names) + "\n")
            if extension and not authority:
                file.write(extension + "\n")
        day = lambda offset: time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + int(offset) * 86400))
        work = self.path(name + ".ca")
        os.makedirs(work, exist_ok=True)
        with open(os.path.join(work, "index.txt"), "w"):
            pass
        with open(os.path.join(work, "conf"), "w") as file:
            file.write(f"[ca]\ndefault_ca=own\n[own]\ndatabase={work}/index.txt\nnew_certs_dir={work}\ndefault_md=sha256\nrand_serial=yes\n"
                       "policy=any\nunique_subject=no\n[any]\ncommonName=supplied\n")
        openssl("ca", "-batch", "-config", os.path.join(work, "conf"), "-in", self.path(name + ".csr"), "-out", self.path(name + ".pem"),
                "-cert", self.path(issuer + ".pem"), "-keyfile", self.path(issuer + ".key"), "-startdate", day(start), "-enddate", day(end),
                "-extfile", self.path(name + ".ext"), "-notext")

    def context(self, name, protocols=("h2",), chain=()):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        whole = self.path(name + ".whole.pem")
        with open(whole, "w") as file:
            for part in (name, *chain):
                file.write(open(self.path(part + ".pem")).read())
        context.load_cert_chain(whole, self.path(name + ".key"))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


class Peer:
    """A server on addresses with one port, which gives each connection to a function."""

    def __init__(self, serve, addresses=("127.0.0.1",), port=0):
        self.seen, self.listeners, self.port = [], [], port
        for address in addresses:
            listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, self.port))
            listener.listen(50)
            self.port = listener.getsockname()[1]
            self.listeners.append(listener)
            threading.Thread(target=self.accept, args=(listener, serve), daemon=True).start()

    def accept(self, listener, serve):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.seen.append(connection)
            threading.Thread(target=self.safely, args=(serve, connection), daemon=True).start()

    @staticmethod
    def safely(serve, connection):
        try:
            serve(connection)
        except (OSError, ValueError):
            pass


def frame(kind, flags, stream, body):
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def http2(connection, settings=True):
    """Answers every request with 200 (RFC 9113), without looking at it."""
    if settings:
        connection.sendall(frame(4, 0, 0, b""))
    received, begun = b"", False
    while True:
        part = connection.recv(65536)
        if not part:
            return
        received += part
        if not begun:
            if len(received) < 24:
                continue
            received, begun = received[24:], True
        while len(received) >= 9:
            size = int.from_bytes(received[:3], "big")
            if len(received) < 9 + size:
                break
            kind, flags, stream = received[3], received[4], int.from_bytes(received[5:9], "big")
            received = received[9 + size:]
            if kind == 4 and not flags & 1:
                connection.sendall(frame(4, 1, 0, b""))
            if kind == 6 and not flags & 1:
                connection.sendall(frame(6, 1, 0, bytes(8)))
            if kind in (0, 1) and flags & 1:
                connection.sendall(frame(1, 5, stream, b"\x88"))


def over_tls(context, serve=http2):
    return lambda connection: serve(context.wrap_socket(connection, server_side=True))


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def full(address, port=0):
    """An address that drops every SYN: a listener whose queue is full. Returns what must be kept, and the port."""
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(0)
    fillers = []
    for _ in range(4):
        filler = socket.socket(listener.family)
        filler.setblocking(False)
        filler.connect_ex((address, listener.getsockname()[1]))
        fillers.append(filler)
    time.sleep(0.2)
    return [listener, *fillers], listener.getsockname()[1]
