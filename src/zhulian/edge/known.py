"""The devices that the chain has enrolled, as the edge knows them: from the node, and from its own disk while that is away."""

import msgspec

from zhulian.client.chain import AsyncChain
from zhulian.edge.store import Store
from zhulian.modules.device.state import DEVICES, Device

__all__ = ["KnownDevices", "ReadKey"]

_PAGE = 100


class ReadKey(msgspec.Struct, frozen=True):
    """A key that may have signed, and until when by the device's clock (None: without end)."""

    public_key: bytes
    until_ms: int | None


class KnownDevices:
    """What stands on the chain of each device, by name; `refresh` reads it anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._devices: dict[str, Device] = {}
        self._keys: dict[str, dict[str, ReadKey]] = {}
        for name, device in store.devices():
            self._take(name, device)

    def __len__(self) -> int:
        return len(self._devices)

    def find(self, name: str) -> Device | None:
        """The device, if it is enrolled."""
        return self._devices.get(name)

    def key(self, name: str, fingerprint: str) -> ReadKey | None:
        """The key of a device with that fingerprint, if it is its present or its former one."""
        return self._keys.get(name, {}).get(fingerprint)

    async def refresh(self, chain: AsyncChain) -> None:
        """Read all devices anew and keep them on disk.

        Raises:
            FromNode, Unreachable.
        """
        found: list[tuple[str, Device]] = []
        after: str | None = None
        while True:
            page = await chain.page(DEVICES.name, after=after, limit=_PAGE)
            found += [(str(each["key"][-1]), msgspec.convert(each["value"], Device)) for each in page.items]
            after = page.next
            if after is None:
                break
        changed = [(name, device) for name, device in found if self._devices.get(name) != device]
        if changed:
            self._store.keep_devices(changed)
        for name, device in changed:
            self._take(name, device)

    def _take(self, name: str, device: Device) -> None:
        self._devices[name] = device
        self._keys[name] = {device.key: ReadKey(bytes.fromhex(device.public_key), None)}
        if device.former is not None:
            former = device.former
            self._keys[name][former.key] = ReadKey(bytes.fromhex(former.public_key), former.until_ms)
