"""The engine's sockets have addresses that the kernel does not cut, however deep the home lies."""

import os
from pathlib import Path

import pytest

from zhulian.home import DoorFolderTaken, Home, make_door_folder


def test_doors__lie_in_the_home_while_their_addresses_fit() -> None:
    assert Home(Path("/srv/zhulian")).abci_socket == Path("/srv/zhulian/run/abci.sock")


def test_doors_of_a_deep_home__are_short_and_its_own(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-name"] * 6)
    home, other = Home(deep), Home(deep / "x")
    for each in (home.abci_socket, home.engine_socket, home.light_socket):
        assert len(os.fsencode(each)) < 107
    assert home.abci_socket != other.abci_socket
    folder = home.abci_socket.parent
    make_door_folder(folder)
    try:
        assert folder.stat().st_mode & 0o777 == 0o700
        make_door_folder(folder)
    finally:
        folder.rmdir()


def test_door_folder_of_somebody_else__is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(DoorFolderTaken):
        make_door_folder(tmp_path / "link")
