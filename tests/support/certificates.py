"""A certificate authority for a test, and servers that show what it signed."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import SHUT_RDWR, create_connection, create_server, socket

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PIECE = 65536


@dataclass(frozen=True)
class Authority:
    """Signs certificates; `path` is what trusts it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    path: Path

    @classmethod
    def new(cls, folder: Path, name: str) -> "Authority":
        """An authority of its own."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(name, key, days=30).issuer_name(_name(name))
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = made.add_extension(usage, critical=True).sign(key, hashes.SHA256())
        path = folder / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(key, certificate, path)

    def context(self, folder: Path, host: str, *, days: int = 30) -> ssl.SSLContext:
        """A server's, with a certificate for `host`; expired where `days` is negative."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(host, key, days=days).issuer_name(self.certificate.subject)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        certificate = made.sign(self.key, hashes.SHA256())
        path = folder / f"{host}{days}.pem"
        plain = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(plain + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(name: str, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    until = datetime.now(UTC) + timedelta(days=days)
    made = x509.CertificateBuilder().subject_name(_name(name)).public_key(key.public_key())
    return (
        made.serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=60))
        .not_valid_after(until)
    )


@contextmanager
def in_front_of(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """A proxy that ends TLS in front of a server on loopback, as people put one there; its port."""
    with create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, context), daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(SHUT_RDWR)


def _accept(listener: socket, port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_serve, args=(plain, port, context), daemon=True).start()


def _serve(plain: socket, port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):
        caller = context.wrap_socket(plain, server_side=True)
        server = create_connection(("127.0.0.1", port))
        back = threading.Thread(target=_pump, args=(server, caller), daemon=True)
        back.start()
        _pump(caller, server)
        back.join()
        caller.close()
        server.close()


def _pump(source: socket, sink: socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(PIECE):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(SHUT_RDWR)
