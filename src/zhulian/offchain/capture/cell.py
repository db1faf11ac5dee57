"""The cell that the browser runs in: no network but our gate, no rights of root, bounded memory.

Run as `python -I -S cell.py DOOR UID BROWSER FLAGS…` in place of the browser, by whoever drives it. It enters a network namespace
in which there is nothing but loopback, opens there the port of the gate, hands that port to the gate through the socket DOOR
together with what became of the cell, gives up root for UID, and becomes the browser. Where the machine permits no namespace,
the port lies on the machine's own loopback and the report says so. Standard library only: it starts in hundredths of a second.
"""

import ctypes
import fcntl
import json
import os
import resource
import socket
import struct
import sys

__all__ = ["main"]

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_MEMORY_BYTES = 4 * 1024**3
_FILE_BYTES = 2 * 1024**3
_libc = ctypes.CDLL(None, use_errno=True)


def main(arguments: list[str]) -> None:
    """Make the cell and become the browser; does not return."""
    door, user, browser, *flags = arguments
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    why = _leave_network()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if user != "-":
            os.setgroups([])
            os.setresgid(int(user), int(user), int(user))
            os.setresuid(int(user), int(user), int(user))
        sandbox = os.geteuid() != 0 and _may_nest()
        report = {"namespace": not why, "sandbox": sandbox, "why": why}
        with socket.socket(socket.AF_UNIX) as gate:
            gate.connect(door)
            socket.send_fds(gate, [json.dumps(report).encode()], [listener.fileno()])
        port = listener.getsockname()[1]
    flags.append(f"--proxy-server=socks5://127.0.0.1:{port}")
    if not sandbox:
        flags.append("--no-sandbox")
    os.execv(browser, [browser, *flags])  # noqa: S606 - in place of this process


def _leave_network() -> str:
    """Enter a network namespace of its own, its loopback up; why not, where the machine does not permit it."""
    user, group = os.geteuid(), os.getegid()
    try:
        _unshare(_NEW_NET if user == 0 else _NEW_USER | _NEW_NET)
        if user != 0:
            for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib is slow to load
                    file.write(text)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            loopback = b"lo".ljust(16, b"\0")
            flags = struct.unpack_from("16xH", fcntl.ioctl(control, _GET_FLAGS, loopback + bytes(24)))[0]
            fcntl.ioctl(control, _SET_FLAGS, loopback + struct.pack("H22x", flags | _UP))
    except OSError as no:
        return no.strerror or type(no).__name__
    return ""


def _may_nest() -> bool:
    """Whether the browser's own sandbox works here: it wants a user namespace inside of what there is. Tried in a child."""
    child = os.fork()
    if child == 0:
        try:
            _unshare(_NEW_USER | _NEW_NET)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _unshare(flags: int) -> None:
    if _libc.unshare(flags):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(sys.argv[1:])
