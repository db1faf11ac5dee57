"""A real PostgreSQL of this test run alone: an own cluster in a folder that goes away, on a free port of the loopback address."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

__all__ = ["Cluster"]

_BINARIES = Path("/usr/lib/postgresql")


class Cluster:
    """One cluster. It refuses to run as root, so root's tests run it as Debian's `postgres`."""

    def __init__(self) -> None:
        found = sorted(_BINARIES.glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
        assert found, "PostgreSQL is missing: scripts/system-packages installs it"
        self._binaries = found[-1].parent
        self._user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="zhulian-postgres-"))
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "zhulian", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        settings = "fsync = off\nfull_page_writes = off\nshared_buffers = 256MB\nmax_wal_size = 2GB\n"
        address = f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = '{self.folder}'\n"
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(settings + address)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-t", "30", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is as a power cut."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "-t", "30", "stop")

    def remove(self) -> None:
        """Drop the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, name: str) -> str:
        """A new database; its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "zhulian", name)
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://zhulian@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *words: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        with tempfile.TemporaryFile() as log:  # a pipe would stay open in the server that pg_ctl leaves behind
            done = subprocess.run(
                [str(self._binaries / program), *words],
                user=self._user,
                group=self._user,
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=90,
            )
            log.seek(0)
            assert done.returncode == 0, f"{program}: {log.read().decode()[-800:]}"
