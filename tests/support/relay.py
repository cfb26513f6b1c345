"""What stands between a client and its server and passes bytes on. For `support.raw.serving`."""
import socket
import threading
from contextlib import suppress


def pump(source, sink):
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)  # however its other side left


def relay(client, port):
    with socket.create_connection(("127.0.0.1", port)) as behind:
        back = threading.Thread(target=pump, args=(behind, client), daemon=True)
        back.start()
        pump(client, behind)
        back.join(10)


def hear(client, until):
    heard = b""
    while until not in heard:
        data = client.recv(4096)
        if not data:
            raise OSError("the client left")
        heard += data
    return heard


def http_proxy(_, client):
    heard = hear(client, b"\r\n\r\n")
    target = heard.split()[1].decode()
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    relay(client, int(target.rsplit(":", 1)[1]))
