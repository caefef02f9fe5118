"""Webhooks over HTTPS: the certificate of an endpoint must be trusted."""

import contextlib
import shutil
import ssl
import subprocess

import pytest

from conftest import BINARY, ROOT, first_line
from receiver import listening
from support import ControlPlane

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl to make a certificate with")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed (certificate, key) for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    subprocess.run([*made, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def receiver(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with listening(tls=context) as receiver:
        yield receiver


@contextlib.contextmanager
def serving(http, *flags):
    command = [BINARY, "--port", "0", "--fixtures", "fixtures/default", "--log", "off", *flags]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield ControlPlane(first_line(process)["url"], "https", http)
        finally:
            process.terminate()


def subscribe(mock, receiver, check):
    wish = {"url": receiver.url, "topics": ["company.created"], "secret": "s3cret"}
    return mock.http.post(f"{mock.url}/webhooks", params={"check": check}, json=wish, headers=mock.headers)


def found_company(mock):
    url = mock.url.removesuffix("/_mock")
    mock.http.post(f"{url}/companies", json={"company_id": "tls"}, headers=mock.headers).raise_for_status()
    return mock.http.post(f"{mock.url}/webhooks/wait", json={}, headers=mock.headers).json()


@pytest.mark.parametrize("trust", ["--webhook-ca-file", "--webhook-insecure"])
def test_a_trusted_endpoint_receives_notifications(trust, certificate, receiver, http):
    with serving(http, trust, *([certificate[0]] if trust == "--webhook-ca-file" else [])) as mock:
        assert subscribe(mock, receiver, "required").json()["head_check"]["passed"] is True
        assert found_company(mock)["delivered"] == 1
    (received,) = receiver.received
    assert received.topic == "company.created" and received.is_signed_with("s3cret")


def test_an_untrusted_endpoint_receives_no_notifications(receiver, http):
    with serving(http) as mock:
        refused = subscribe(mock, receiver, "required")
        assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "url"
        assert subscribe(mock, receiver, "report").json()["head_check"]["passed"] is False
        assert found_company(mock) == {"idle": True, "scheduled": 1, "delivered": 0, "failed": 0}
    assert receiver.received == [] and receiver.heads == 0
