"""Servers that misbehave, on port 0: each is a function of an accepted socket, run in a thread of its own."""
import socket
import struct
import threading
import time
from contextlib import contextmanager

ALERT = bytes.fromhex("15030300020228")  # fatal handshake_failure
HELLO_REQUEST = bytes.fromhex("1603030004 00000000".replace(" ", ""))
# RFC 5246 §7.4.1.3: record, ServerHello of 70 bytes, TLS 1.2, 28 of its 32 random bytes; the rest never comes.
HALF_SERVER_HELLO = bytes.fromhex("160303004a 02000046 0303".replace(" ", "")) + bytes(28)


class RawServer:
    """Knows every connection it took, and whether its client has left."""

    def __init__(self, behave):
        self.behave = behave
        self.threads = []
        self.stopping = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()

    @property
    def taken(self):
        return len(self.threads)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.settimeout(30)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def _serve(self, client):
        with client:
            try:
                self.behave(self, client)
            except OSError:
                pass  # the client has left, as it should

    def wait_until_all_left(self, limit=5):
        """True if every connection has ended; each thread ends only with its connection."""
        deadline = time.monotonic() + limit
        for thread in list(self.threads):
            thread.join(max(0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)

    def stop(self):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.acceptor.join(5)


@contextmanager
def serving(behave):
    server = RawServer(behave)
    try:
        yield server
    finally:
        server.stop()


def drain(client):
    """Reads until the client leaves."""
    while client.recv(65536):
        pass


def hello(client):
    """Reads the whole ClientHello record."""
    data = b""
    while len(data) < 5 or len(data) < 5 + int.from_bytes(data[3:5], "big"):
        more = client.recv(65536)
        if not more:
            raise ConnectionResetError
        data += more
    return data


def says(text, first=False):
    """Says something, before or after the ClientHello, and waits."""
    def behave(server, client):
        if not first:
            hello(client)
        client.sendall(text)
        drain(client)
    return behave


def says_and_closes(text):
    def behave(server, client):
        hello(client)
        client.sendall(text)
        client.shutdown(socket.SHUT_WR)
        drain(client)
    return behave


def stalls(server, client):
    drain(client)


def drips(server, client):
    """A ServerHello, one byte a second."""
    hello(client)
    for byte in HALF_SERVER_HELLO:
        client.sendall(bytes([byte]))
        if server.stopping.wait(1):
            return


def resets(server, client):
    hello(client)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def repeats(text):
    """The same again and again, as fast as the client takes it."""
    block = text * (16384 // len(text) + 1)

    def behave(server, client):
        hello(client)
        while not server.stopping.is_set():
            client.sendall(block)
    return behave


def handshake(kind, body):
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def certificate_request(names):
    """RFC 5246 §7.4.4: the body of TLS 1.2, with this list."""
    return bytes.fromhex("0101 0002 0401".replace(" ", "")) + len(names).to_bytes(2, "big") + names


def flight(*messages):
    """A ServerHello of TLS 1.2 (RFC 5246 §7.4.1.3) and these messages, in records of 16 KiB."""
    hello = bytes.fromhex("0303") + bytes(32) + bytes.fromhex("00 c02f 00".replace(" ", ""))
    said = b"".join([handshake(2, hello), *messages])
    pieces = [said[at:at + 16384] for at in range(0, len(said), 16384)]
    return b"".join(bytes.fromhex("160303") + len(one).to_bytes(2, "big") + one for one in pieces)


NAMELESS = 32767  # entries of no bytes: as many as a list has room for
NAMELESS_REQUEST = certificate_request(bytes(2) * NAMELESS)
