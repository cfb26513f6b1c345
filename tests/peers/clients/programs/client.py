"""Python's ssl module. One line a connection on stdin: MODE NAME PORT CERTIFICATES KEY PKCS12."""
import socket
import ssl
import sys


def ask(name, port, certificates, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(certificates, key)
    with socket.create_connection(("127.0.0.1", int(port)), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname=name) as secure:
            secure.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while secure.recv(4096):
                pass


for line in sys.stdin:
    _, *job, _ = line.split()
    try:
        ask(*job)
    except OSError as error:  # ssl.SSLError is one
        print(job[0], error)
