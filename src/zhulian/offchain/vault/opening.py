"""Opening the vault of a home."""

import json
import os
import time
from collections.abc import Callable

from zhulian.crypto import Suite
from zhulian.errors import Words
from zhulian.home import Home, VaultConfig
from zhulian.offchain.vault.catalogue import Catalogue
from zhulian.offchain.vault.disk import DiskStore
from zhulian.offchain.vault.errors import StoreFails, VaultMisconfigured
from zhulian.offchain.vault.seam import Backend
from zhulian.offchain.vault.vault import Vault

__all__ = ["CREDENTIALS", "open_vault"]

CREDENTIALS = "s3.json"
"""`{"access_key", "secret_key"}`, beside the catalogue; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY win over it."""


def open_vault(home: Home, suite: Suite, clock: Callable[[], float] = time.time) -> Vault:
    """The vault that `[vault]` of the home's settings describes.

    Raises:
        VaultMisconfigured: a setting is missing, or a package that it needs. StoreFails: the folder cannot be used.
    """
    config = home.vault_config()
    try:
        objects = home.vault / "objects"
        objects.mkdir(parents=True, exist_ok=True, mode=0o700)
        store: Backend = DiskStore(objects) if config.store == "disk" else _s3(home, config)
        catalogue = Catalogue(home.vault / "catalogue.sqlite")
        return Vault(suite, store, catalogue, home.vault / "staging", config, clock)
    except OSError as wrong:
        raise StoreFails(why=Words.quote(wrong.strerror or wrong)) from None


def _s3(home: Home, config: VaultConfig) -> Backend:
    try:
        from minio import Minio
    except ImportError:
        why = Words("未安装 minio（pip install 'zhulian[s3]'）", "minio is not installed (pip install 'zhulian[s3]')")
        raise VaultMisconfigured(why=why) from None
    from zhulian.offchain.vault.s3 import S3Store

    if not config.endpoint or not config.bucket:
        raise VaultMisconfigured(why=Words("缺少 endpoint 或 bucket", "endpoint or bucket is missing"))
    access_key, secret_key = _credentials(home)
    client = Minio(
        config.endpoint, access_key=access_key, secret_key=secret_key, secure=config.secure, region=config.region or None
    )
    return S3Store(client, config.bucket, config.prefix)


def _credentials(home: Home) -> tuple[str, str]:
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if access_key and secret_key:
        return access_key, secret_key
    try:
        found = json.loads((home.vault / CREDENTIALS).read_bytes())
        return str(found["access_key"]), str(found["secret_key"])
    except (OSError, ValueError, KeyError, TypeError):
        why = Words(f"找不到访问凭据（vault/{CREDENTIALS}）", f"there are no credentials (vault/{CREDENTIALS})")
        raise VaultMisconfigured(why=why) from None
