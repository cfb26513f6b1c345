"""A server that says again what a real one said once: no cryptography, so that one thread serves thousands of clients."""
import selectors
import socket
import ssl
import threading

SERVER_HELLO_DONE = bytes.fromhex("0e000000")


def first_flight(port):
    """What the TLS 1.2 server on this port of 127.0.0.1 answers to the ClientHello of Python's ssl module."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(outgoing.read())
        flight = b""
        while not flight.endswith(SERVER_HELLO_DONE):
            more = connection.recv(65536)
            assert more, "the server left"
            flight += more
    return flight


class Replay:
    """Listens on each of these addresses, on a port of its own each, and counts."""

    def __init__(self, flight, addresses):
        self.flight = flight
        self.taken = self.answered = 0
        self.open = self.most_open = 0
        self.selector = selectors.DefaultSelector()
        self.endpoints = []
        for address in addresses:
            listener = socket.create_server((address, 0), backlog=1024)
            listener.setblocking(False)
            self.endpoints.append("%s:%d" % listener.getsockname())
            self.selector.register(listener, selectors.EVENT_READ, self._accept)
        self.wake, self.waker = socket.socketpair()
        self.selector.register(self.wake, selectors.EVENT_READ, None)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    return
                key.data(key.fileobj)

    def _accept(self, listener):
        try:
            client, _ = listener.accept()
        except OSError:
            return
        client.setblocking(False)
        self.taken += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self.selector.register(client, selectors.EVENT_READ, self._answer)

    def _answer(self, client):
        try:
            said = client.recv(65536)
            if said:
                client.send(self.flight)
                self.answered += 1
                return
        except BlockingIOError:
            return
        except OSError:
            pass  # a client that leaves with bytes unread resets the connection
        self.selector.unregister(client)
        client.close()
        self.open -= 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.waker.send(b"x")
        self.thread.join(10)
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
        self.waker.close()
