"""The configurations of docs/how-to/install.md, tried as written, with only ports and certificate changed."""

from __future__ import annotations

import datetime
import http.client
import ipaddress
import re
import shutil
import ssl
import subprocess
import time
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from needlepoint.records.demo import PASSWORD
from tests.kit.server import ROOT, Server, free_port

PAGE = (ROOT / "docs" / "how-to" / "install.md").read_text()


def block(kind):
    return re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL).group(1)


def certificate(folder):
    """A self-signed one for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "privkey.pem").write_bytes(pem)


def nginx(folder, tls, plain, behind):
    text = block("nginx").replace("clinic.example", "localhost")
    text = text.replace("/etc/letsencrypt/live/localhost", str(folder))
    text = text.replace("listen 443", f"listen 127.0.0.1:{tls}").replace(
        "listen 80", f"listen 127.0.0.1:{plain}"
    )
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    temp = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/log;\nworker_rlimit_nofile 4096;\nuser root;\n"
    )
    whole += f"events {{ worker_connections 2048; }}\nhttp {{\naccess_log off;\n{temp}{text}\n}}\n"
    (folder / "nginx.conf").write_text(whole)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]


def caddy(folder, tls, plain, behind):
    text = block("caddy").replace("clinic.example {", f"https://localhost:{tls}, https://127.0.0.1:{tls} {{")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    text = text.replace("{\n", f"{{\n\ttls {folder}/fullchain.pem {folder}/privkey.pem\n", 1)
    whole = f"{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder}/caddy\n}}\n{text}"
    (folder / "Caddyfile").write_text(whole)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def site(request, tmp_path_factory):
    """A server behind a proxy: its port, and how to trust its certificate."""
    folder = tmp_path_factory.mktemp("proxy")
    certificate(folder)
    tls, plain = free_port(), free_port()
    own = Server(tmp_path_factory.mktemp("data"), free_port())
    own.environment |= {"NEEDLEPOINT_URL": f"https://localhost:{tls}", "NEEDLEPOINT_PROXY": "1"}
    assert own.command("demo", "--patients", "3").returncode == 0
    own.start()
    command = request.param(folder, tls, plain, own.port)
    assert shutil.which(command[0]), f"install {command[0]}: .ci/run does"
    proxy = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    trust = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    for _ in range(100):
        try:
            asked(tls, trust, "GET", "/healthz")
            break
        except OSError:
            time.sleep(0.1)
    yield tls, trust
    proxy.terminate()
    proxy.wait(10)
    own.stop()


def asked(port, trust, method, path, body=None, headers=None):
    connection = http.client.HTTPSConnection("localhost", port, context=trust, timeout=20)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer, answer.read().decode(errors="replace")


def test_staff_sign_in_by_tls_with_cookies_that_stay_there(site):
    answer, page = asked(*site, "GET", "/sign-in/")
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    sent = urllib.parse.urlencode(
        {"csrfmiddlewaretoken": token, "username": "wilhelmina", "password": PASSWORD}
    )
    headers = {
        "Cookie": cookie.partition(";")[0], "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"https://localhost:{site[0]}", "Referer": f"https://localhost:{site[0]}/sign-in/",
    }  # fmt: skip
    answer, _ = asked(*site, "POST", "/sign-in/", sent, headers)
    assert answer.status == 302
    assert answer.headers["Location"] == "/today/"


def test_an_upload_that_is_too_large_ends_at_the_proxy(site):
    connection = http.client.HTTPSConnection("localhost", site[0], context=site[1], timeout=20)
    connection.putrequest("POST", "/sign-in/")
    connection.putheader("Content-Length", "314572800")
    connection.endheaders()
    try:
        connection.send(b"x" * 20_000_000)
    except OSError:
        return  # it was cut off
    assert connection.getresponse().status == 413


def test_two_hundred_bodies_that_never_end_keep_nobody_waiting_behind_it(site):
    idle = []
    for _ in range(200):
        connection = http.client.HTTPSConnection("localhost", site[0], context=site[1], timeout=20)
        connection.putrequest("POST", "/sign-in/")
        connection.putheader("Content-Length", "100000")
        connection.endheaders()
        connection.send(b"username=a")
        idle.append(connection)
    took = []
    for _ in range(10):
        begun = time.monotonic()
        assert asked(*site, "GET", "/sign-in/")[0].status == 200
        took.append(time.monotonic() - begun)
    for connection in idle:
        connection.close()
    assert max(took) < 1.0, took
