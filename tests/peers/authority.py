# SPDX-License-Identifier: MIT
"""A certificate authority of the test's own, made with openssl(1), and what it signs: good certificates and bad ones."""

import os
import subprocess
import unittest

_CONFIG = """[ca]
default_ca = x
[x]
database = index.txt
new_certs_dir = .
policy = p
unique_subject = no
rand_serial = yes
[p]
commonName = optional
[req]
distinguished_name = d
[d]
"""


class Authority:
    def __init__(self, folder, name="Limpet Test CA", key="ec:P-256"):
        """`key` is its own: openssl signs with MD5 only by an RSA key."""
        self.folder = folder
        os.makedirs(folder)
        self._write("ca.cnf", _CONFIG)
        self._write("index.txt", "")
        self._openssl("req", "-x509", *self._key("ca", key), "-out", "ca.pem", "-days", "3650", "-subj",
                      f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign")
        self.certificate = os.path.join(folder, "ca.pem")

    def issue(self, name, *, names="DNS:localhost,IP:127.0.0.1", begins="20200101000000Z", ends="20990101000000Z",
              digest="sha256", key="ec:P-256", use="serverAuth", self_signed=False):
        """(certificate, key): two PEM files."""
        extensions = f"basicConstraints=CA:FALSE\nextendedKeyUsage={use}\nsubjectAltName={names}\n"
        if self_signed:
            self._openssl("req", "-x509", *self._key(name, key), "-out", f"{name}.pem", "-days", "3650", "-subj",
                          "/CN=localhost", "-addext", "basicConstraints=CA:FALSE", "-addext", f"subjectAltName={names}")
        else:
            self._write("extensions", extensions)
            self._openssl("req", *self._key(name, key), "-out", "request", "-subj", "/CN=localhost")
            self._openssl("ca", "-config", "ca.cnf", "-batch", "-notext", "-cert", "ca.pem", "-keyfile", "ca.key", "-in",
                          "request", "-out", f"{name}.pem", "-extfile", "extensions", "-md", digest, "-startdate", begins,
                          "-enddate", ends)
        return os.path.join(self.folder, f"{name}.pem"), os.path.join(self.folder, f"{name}.key")

    @staticmethod
    def _key(name, key):
        kind, size = key.split(":")
        how = ["rsa:" + size] if kind == "rsa" else ["ec", "-pkeyopt", "ec_paramgen_curve:" + size]
        return ["-config", "ca.cnf", "-nodes", "-newkey", *how, "-keyout", f"{name}.key"]

    def _write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as file:
            file.write(text)

    def _openssl(self, *arguments):
        try:
            done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise unittest.SkipTest("openssl is not installed (Debian package openssl)") from error
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(arguments)}\n{done.stdout}{done.stderr}")
