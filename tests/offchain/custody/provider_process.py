"""A real OpenID provider as a process: `oidc-provider` from npm (MIT, certified by the OpenID Foundation), pinned by its lock file."""

import hashlib
import os
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import httpx

__all__ = ["Provider"]

_HERE = Path(__file__).parent / "provider"
SECRET = "a secret of the client only"


class Provider:
    """One provider on a free port; its packages are fetched once for each lock file, and kept."""

    def __init__(self, redirect: str) -> None:
        folder = _installed()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.redirect = redirect
        words = ["node", "provider.mjs", str(self.port), redirect, SECRET]
        self._process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def visit(self, address: str, who: str) -> str:
        """What a browser does: follow to the sign-in page, sign in, consent, and come back; the address that it came back to."""
        with httpx.Client(follow_redirects=False) as browser:
            at = address
            for _ in range(12):
                answer = browser.get(at)
                while answer.is_redirect:
                    at = urljoin(at, answer.headers["location"])
                    if at.startswith(self.redirect):
                        return at
                    answer = browser.get(at)
                prompt = "login" if 'value="login"' in answer.text else "consent"
                answer = browser.post(at, data={"prompt": prompt, "login": who, "password": "any"})
                at = urljoin(at, answer.headers["location"])
        raise AssertionError(at)


def _installed() -> Path:
    """The folder with the provider's packages, by the digest of the lock file."""
    lock = (_HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "zhulian" / "test-directory"
    folder = cache / hashlib.sha256(lock + (_HERE / "provider.mjs").read_bytes()).hexdigest()[:16]
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", "provider.mjs"):
            shutil.copy(_HERE / name, folder / name)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, timeout=300)
        (folder / "ready").touch()
    return folder
