"""A running node tells its people: tasks, alerts, tests; once each through a kill; and no more once they have opted out."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from tests.offchain.capture.conftest import make_chain
from tests.offchain.notices.test_sending import Gateway, Postbox
from tests.offchain.test_search_live import APP, file_leases, url_of
from tests.offchain.test_webhooks import _courier_pid
from zhulian.client import connect, verify_webhook
from zhulian.home import BadConfig, Home
from zhulian.offchain.notices.errors import NoticesNotSet
from zhulian.offchain.notices.methods import Named, Put
from zhulian.offchain.notices.setup import open_notices

WHO = "org1.o7"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass
class Told:
    """A node, and the servers that it reaches people by."""

    node: LiveNode
    box: Postbox
    gateway: Gateway

    def text(self) -> str:
        """All mail that came."""
        return "\n".join(each.get_content() for each in self.box.came)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The node with its settings."""
    folder = tmp_path_factory.mktemp("told")
    make_chain(folder)
    box, gateway = Postbox(folder), Gateway(folder)
    node = LiveNode(folder / "home")
    words = [sys.executable, "-m", "zhulian.cli.main", "init"]
    subprocess.run(words, env=node.environment, check=True, capture_output=True)
    (node.home / "password").write_text("right\n")
    with (node.home / "config.toml").open("a") as file:
        file.write(
            f'\n[courier]\nallow = ["127.0.0.0/8", "::1/128"]\n[notices]\nhost = "localhost"\nport = {box.port}\nsecurity = "starttls"\n'
            f'user = "zhulian"\npassword_file = "password"\nsender = "notices@office.test"\nca = "{folder / "ca.pem"}"\n'
            f'hook = "{gateway.url}"\ncontact = "help@office.test"\npublic = "https://gw.office.test"\ngather_s = 1\ninterval_s = 1\n'
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))  # which the node inherits
        node.start()
    yield Told(node, box, gateway)
    node.stop()
    box.close()
    gateway.close()


def _until(holds: Callable[[], object], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_notices__of_a_running_node(told: Told, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    home = told.node.home
    monkeypatch.setenv("ZHULIAN_HOME", str(home))
    _until(lambda: run("notices", "list").status == 0)
    assert "Nobody is told" in run("notices", "list").out
    made = run(
        "notices", "set", WHO, "--mail", "anna@office.test", "--phone", "13800000000", "--language", "zh", "--json"
    ).document
    assert made["kinds"] == ["tasks", "alerts", "expiries"]
    assert run("notices", "test", WHO).status == 0
    assert [str(each["Subject"]) for each in told.box.came] == ["【珠联】测试通知"]
    secret = run("notices", "secret", "--json").document["secret"]
    assert verify_webhook(secret, *told.gateway.came[0]).startswith("t")
    with connect(url_of(home), home=home) as chain:
        file_leases(chain)  # three leases filed, one ended: three notices and an alert
    _until(lambda: told.text().count("合同已备案") >= 3 and "合同已终止" in told.text())
    _until(lambda: run("notices", "status", "--json").document["mail"]["waiting"] == 0)
    os.kill(_courier_pid(home), signal.SIGKILL)
    _until(lambda: "anna@office.test" in run("notices", "list").out)  # it was started again
    time.sleep(1.2)
    assert told.text().count("合同已备案") == 3
    assert told.text().count("合同已终止") == 1
    assert "房屋租赁备案：租赁合同 HT-2020-1" in told.text()
    found = run("notices", "status")
    assert "mail: 0 waiting" in found.out
    _refusals(run)
    # Opted out by the code in a mail: nothing more comes, and nobody takes it back.
    code = told.text().partition("退订码 ")[2].partition(" ")[0]
    assert run("notices", "stop", code).status == 0
    assert "opted out" in run("notices", "list").out
    before = len(told.box.came)
    with connect(url_of(home), home=home) as chain:
        chain.app(APP).file(number="HT-2021-9", place="西湖区", kind="flat", rent="1.00", memo="x")
    height = run("notices", "status", "--json").document["height"]
    _until(lambda: run("notices", "status", "--json").document["height"] >= height)
    assert len(told.box.came) == before
    assert "notices/5" in run("notices", "set", WHO, "--mail", "anna@office.test").err
    assert "notices/5" in run("notices", "test", WHO).err
    assert run("notices", "set", WHO, "--mail", "anna@office.test", "--kind", "tasks", "--again").status == 0
    _one_click(told, run)
    assert run("notices", "remove", WHO).status == 0


def _one_click(told: Told, run: Run) -> None:  # noqa: F811
    """By the link in a mail, without signing in: looking changes nothing, the button or a mail program does, and it stays."""
    assert run("notices", "test", WHO).status == 0
    mail = told.box.came[-1]
    link = str(mail["List-Unsubscribe"]).partition(">")[0].removeprefix("<")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in mail.get_content()
    assert WHO not in link
    there = url_of(told.node.home) + link.removeprefix("https://gw.office.test")
    for language, words in (("zh", "退订"), ("en", "Opt out")):
        looked = httpx.get(there, params={"lang": language})
        assert (looked.status_code, f">{words}</button>" in looked.text, WHO in looked.text) == (200, True, False)
        assert "form-action 'self'" in looked.headers["content-security-policy"]
    assert httpx.head(there).status_code == 200
    assert httpx.post(there).status_code == 400  # a scanner that posts nothing
    assert "notices/11" in httpx.post(there, data={"List-Unsubscribe": "Later"}, params={"lang": "en"}).text
    for wrong in (there[:-1] + ("0" if there[-1] != "0" else "1"), there.rpartition("/")[0] + "/x"):
        answer = httpx.post(wrong, data=ONE_CLICK)
        assert (answer.status_code, "notices/10" in answer.text) == (404, True)
    assert "opted out" not in run("notices", "list").out
    done = httpx.post(there, files={"List-Unsubscribe": (None, "One-Click")}, params={"lang": "en"})  # RFC 8058 allows both kinds
    assert (done.status_code, "You have opted out" in done.text) == (200, True)
    assert httpx.post(there, data=ONE_CLICK).status_code == 200  # once more changes nothing
    assert "已退订" in httpx.get(there, params={"lang": "zh"}).text
    assert "opted out" in run("notices", "list").out
    assert "notices/5" in run("notices", "set", WHO, "--mail", "anna@office.test").err


def _refusals(run: Run) -> None:  # noqa: F811
    for words, code in (
        (("set", "org2.clerk", "--mail", "a@b.test"), "notices/3"),
        (("set", "org1.o8"), "notices/2"),
        (("set", "org1.o8", "--mail", "a b@c"), "notices/2"),
        (("set", "org1.o8", "--mail", "a@b.test\r\nBcc: x@y.test"), "notices/2"),
        (("set", "org1.o8", "--phone", "'; drop"), "notices/2"),
        (("set", "Nobody!", "--mail", "a@b.test"), "notices/2"),
        (("test", "org1.o8"), "notices/4"),
        (("remove", "org1.o8"), "notices/4"),
        (("stop", "org1.o7/00"), "notices/6"),
        (("set", "org1.o8", "--kind", "gossip"), "cli/4"),
        (("set", "org1.o8", "--language", "fr"), "cli/4"),
    ):
        done = run("notices", *words)
        assert (done.status > 0, code in done.err) == (True, True), words


def test_notices__rest_where_nothing_is_set_up(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.config_file.write_text("")
    notices = open_notices(home, "zl", None, None, None, frozenset({"org1"}), print)  # type: ignore[arg-type]  # none of them is asked
    asyncio.run(notices.run())
    for work in (notices.put(Put(WHO, mail="a@b.test")), notices.test(Named(WHO))):
        with pytest.raises(NoticesNotSet):
            asyncio.run(work)
    assert (tmp_path / "courier" / "notices.secret").stat().st_mode & 0o077 == 0


def test_notices__say_what_is_wrong_with_settings(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for settings in (
        'host = "m"\nsender = "nobody"',
        'host = "m"\nsender = "a@b.test"\npassword_file = "gone"',
        'public = "http://gw.office.test"',
    ):
        home.config_file.write_text(f"[notices]\n{settings}\n")
        with pytest.raises(BadConfig):
            open_notices(home, "zl", None, None, None, frozenset(), print)  # type: ignore[arg-type]
