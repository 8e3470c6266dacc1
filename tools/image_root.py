# SPDX-License-Identifier: MIT
"""The root of an image: programs with the libraries they need, kernel modules, certificates, time zones, rootfs/."""

import os
import pathlib
import re
import shutil

from image_files import HERE, fail, find, place, run


class Libraries:
    """The shared libraries in the packages, by the name that programs ask for them."""

    def __init__(self, packages):
        self.paths = {path.name: path for path in sorted(packages.glob("*/usr/lib*/**/*.so*"))}
        self.taken = set()

    def take(self, program, root):
        """Places what `program` needs, and what that needs."""
        for name in re.findall(rb"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", program)):
            name = name.decode()
            if name in self.taken:
                continue
            path = self.paths.get(name)
            if path is None:
                fail(f"{program.name} needs {name}, which is in no package of the board's packages.list")
            self.taken.add(name)
            place(path.resolve(), root / re.search(r"usr/lib.*", str(path.parent)).group() / name)
            self.take(path, root)


def place_programs(board, packages, root):
    libraries = Libraries(packages)
    for package, pattern in board.rows("programs.list"):
        usr = packages / package / "usr"
        for path in find(usr, pattern):
            where = path.relative_to(usr)
            is_program = where.parts[0] in ("bin", "sbin")
            place(path, root / "usr" / ("bin/" + path.name if is_program else where))
            if is_program:
                libraries.take(path, root)
                place_loader(path, root)


def place_loader(program, root):
    """Sees to it that what starts the program is where it asks for it: /lib64, where the processor has that, is /usr/lib64."""
    if (root / "usr/lib64").exists() and not (root / "lib64").exists():
        (root / "lib64").symlink_to("usr/lib64")
    loader = re.search(rb"interpreter: /(.*)\]", run("readelf", "-l", program))
    if loader and not (root / loader.group(1).decode()).exists():
        fail(f"{program.name} asks for /{loader.group(1).decode()}, which is in no package of the board's packages.list")


def link_applets(root):
    """A link to busybox for each program in it, where no other is. It has their names in a row, with NULs between."""
    names = re.search(rb"\[\0\[\[\0(?:[\w.-]+\0)+", (root / "usr/bin/busybox").read_bytes())
    for name in names.group().decode().strip("\0").split("\0"):
        if not os.path.lexists(root / "usr/bin" / name):
            (root / "usr/bin" / name).symlink_to("busybox")


def place_certificates(packages, root):
    bundle = root / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True)
    parts = find(packages / "ca-certificates", "usr/share/ca-certificates/mozilla/*.crt")
    bundle.write_bytes(b"".join(part.read_bytes() for part in parts))


def place_manual(root, work):
    """As text: who is at the box's console has less(1), and no man(1)."""
    run(HERE / "tools/man_pages", work)
    for page in find(work, "man*/*"):
        text = re.sub(rb".\x08", b"", run("mandoc", "-T", "ascii", page))  # bold is a letter struck twice
        (root / "usr/share/doc/limpet" / f"{page.name}.txt").write_bytes(text)


class Modules:
    """The kernel's modules, and what each of them needs first."""

    def __init__(self, packages):
        self.usr = packages / "linux-image/usr"
        self.tree = find(self.usr, "lib/modules/*")[0]
        self.version = self.tree.name
        run("/sbin/depmod", "-b", self.usr, self.version)

    def needed(self, names):
        """The files to load for these modules, in order, each once; none for what the kernel has built in."""
        files = {}
        for name in names:
            shown = run("/sbin/modprobe", "-S", self.version, "-d", self.usr, "-D", name).decode()
            files.update((pathlib.Path(line.split()[1]), None) for line in shown.splitlines() if line.startswith("insmod"))
        return list(files)

    @staticmethod
    def unpack(module, folder, name):
        """As insmod(8) hands it to the kernel: not compressed."""
        folder.mkdir(parents=True, exist_ok=True)
        if module.suffix == ".xz":
            (folder / name.removesuffix(".xz")).write_bytes(run("xz", "-dc", module))
        else:
            shutil.copyfile(module, folder / name)

    def place(self, names, root):
        """What `modprobe` needs to load these in the box, by name or by device."""
        target = root / "usr/lib/modules" / self.version
        for module in self.needed(names):
            self.unpack(module, target / module.relative_to(self.tree).parent, module.name)
        for name in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
            place(self.tree / name, target / name)
        run("/sbin/depmod", "-b", root / "usr", self.version)
        for path in target.glob("modules.*"):  # busybox reads these two
            if path.name not in ("modules.dep", "modules.alias"):
                path.unlink()


def make_root(board, packages, modules, limpet, root):
    shutil.copytree(HERE / "rootfs", root, symlinks=True, ignore=shutil.ignore_patterns("README.md"))
    place_programs(board, packages, root)
    place(limpet, root / "usr/bin/limpet")
    link_applets(root)
    place_manual(root, root.with_name("manual"))
    place_certificates(packages, root)
    for kind in ("posix", "right"):  # the same zones once more, and with leap seconds
        shutil.rmtree(root / "usr/share/zoneinfo" / kind, ignore_errors=True)
    for name in ("boot", "data", "dev", "proc", "run", "sys", "tmp"):
        (root / name).mkdir()
    modules.place([row[0] for file in ("modules.boot", "modules") for row in board.rows(file)], root)
    shutil.copyfile(packages / "versions", root / "etc/packages")
    for file in board.files("defaults"):
        with open(root / "etc/limpet.defaults", "a", encoding="ascii") as defaults:
            defaults.write(file.read_text())
    regulatory = packages / "wireless-regdb/usr/lib/firmware"
    for name in ("regulatory.db", "regulatory.db.p7s"):  # Debian's alternatives(1) makes these links
        if regulatory.exists():
            place(regulatory / f"{name}-debian", root / "usr/lib/firmware" / name)
