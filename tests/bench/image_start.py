# SPDX-License-Identifier: MIT
"""From the start of a whole computer, qemu's without hardware's help, to its first heartbeat at a TLS server outside."""

import os
import time
import unittest

import daemon
from peers import authority, http_peer, qemu_machine, tls_proxy

WHAT = "qemu's start to first heartbeat, arm64 image"
SECONDS = 180


def measure(table, folder, binary):
    image = binary.parents[1] / "image/limpet-qemu-arm64.img"
    if not image.is_file():
        table.add(WHAT, "", "no image: make image BOARD=qemu-arm64")
        return
    worker = http_peer.HttpPeer()
    ca = authority.Authority(os.path.join(folder, "image-authority"))
    front = tls_proxy.TlsProxy(os.path.join(folder, "image-nginx"), worker.port,
                               ca.issue("worker", names=f"IP:{qemu_machine.HOST}"), child_setup=daemon.die_with_parent)
    box = None
    try:
        box = qemu_machine.QemuMachine(os.path.join(folder, "image"), str(image), "qemu-arm64",
                                       child_setup=daemon.die_with_parent)
        address = f"{qemu_machine.HOST}:{front.port}"
        box.write_boot("limpet.ini", daemon.as_ini({
            "heartbeat": {"url": f"https://{address}/", "secret_key": "bench", "probe": f"tcp://{address}"},
            "network": {"targets": ""}}))
        with open(ca.certificate, encoding="ascii") as certificate:
            box.write_boot("ca.pem", certificate.read())
        box.write_boot("ntpd.conf", f"server {qemu_machine.HOST}\n")  # nobody further away is asked
        box.start()
        answered = daemon.wait_until(lambda: box.get("/health")[0] and time.time(), SECONDS, 0.1)
        beaten = daemon.wait_until(lambda: worker.requests, SECONDS, 0.1)
        if answered and beaten:
            table.add(WHAT, "", f"{worker.requests[0].at - box.began:.1f} s, on the clock's tens; its port answered after "
                                f"{answered - box.began:.1f} s")
        else:
            table.add(WHAT, "", "none came", False)
    except unittest.SkipTest as missing:
        table.add(WHAT, "", str(missing))
    finally:
        if box:
            box.lose_power()
        front.stop()
        worker.go()
