"""Every way into the console, in a real browser: a key that stays in it, a custody account, a directory; and out again."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyotp
import pytest

from tests.console.visiting import PASSWORD, Console, Visit
from zhulian import canonical
from zhulian.client import connect
from zhulian.client.errors import KeyRequestUnfit
from zhulian.client.key_requests import read_key_request
from zhulian.crypto import Hasher, load_key

pytestmark = pytest.mark.anyio
PASSPHRASE = "correct horse battery"


def _gateway(console: Console) -> str:
    return str(json.loads((console.home / "run" / "node.json").read_bytes())["url"])


async def _bring(visit: Visit, console: Console, name: str) -> None:
    """Bring a key file of the home into the browser."""
    await visit.go("/enter")
    await visit.page.get_by_text("导入密钥文件", exact=True).click()
    await visit.page.set_input_files("#zl-file", console.home / "keys" / f"{name}.key.json")
    await visit.page.fill("#zl-old", (console.home / "passphrase").read_text(encoding="utf-8").strip())
    await visit.page.fill("#zl-own-1", PASSPHRASE)
    await visit.page.fill("#zl-own-2", PASSPHRASE)
    await visit.page.get_by_role("button", name="导入", exact=True).click()
    await visit.sees(f"已导入 {name} 的密钥")


async def test_key_in_the_browser__signs_what_the_window_says_and_never_leaves(
    visit: Visit, console: Console, tmp_path: Path
) -> None:
    sent: list[str] = []
    visit.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    visit.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(str(data))))
    await _bring(visit, console, "org1.clerk")
    await visit.page.fill("#zl-org1-clerk", "something else")
    await visit.page.get_by_role("button", name="以此密钥登录").click()
    await visit.sees("口令不对")
    await visit.page.fill("#zl-org1-clerk", PASSPHRASE)
    await visit.page.get_by_role("button", name="以此密钥登录").click()
    await visit.page.wait_for_url(console.url + "/")
    await visit.go("/evidence")
    file = tmp_path / "own.txt"
    file.write_text(f"own key {time.time_ns()}", encoding="utf-8")
    await visit.page.set_input_files("input[type=file] >> nth=0", file)
    dialog = visit.page.locator("dialog.signing")
    await dialog.wait_for(timeout=20_000)
    words = await dialog.inner_text()
    assert "以 org1.clerk 的名义签名" in words
    assert "存证" in words
    assert "承诺值" in words
    assert "evidence.deposit" not in words
    await visit.page.fill("#zl-passphrase", "something else")
    await visit.page.get_by_role("button", name="确认并签名").click()
    await visit.sees("口令不对，未签名")
    await visit.page.fill("#zl-passphrase", PASSPHRASE)
    await visit.page.get_by_role("button", name="确认并签名").click()
    await visit.sees("已存证，已签章")
    await _refuses_other_things(visit, console)
    file.write_text(f"not signed {time.time_ns()}", encoding="utf-8")
    await visit.page.set_input_files("input[type=file] >> nth=0", file)
    await visit.page.get_by_role("button", name="不签名").click()
    await visit.sees("console/8")
    for each in (PASSPHRASE, (console.home / "passphrase").read_text(encoding="utf-8").strip()):
        assert not [line for line in sent if each in line]
    stored = await visit.page.evaluate(
        "new Promise((done) => { const open = indexedDB.open('zhulian-keys'); open.onsuccess = () => {"
        " const all = open.result.transaction('keys').objectStore('keys').getAll(); all.onsuccess = () => done(all.result.map((each) => Object.keys(each).sort().join())) } })"
    )
    assert stored == ["iv,name,publicKey,rounds,salt,sealed,suite"]
    assert not visit.faults


async def _refuses_other_things(visit: Visit, console: Console) -> None:
    """Whatever asks, the script signs bodies of this chain for this signer, written as they are shown, and nothing else."""
    with connect(_gateway(console), home=console.home) as chain:
        hasher, name = chain.core.hasher, chain.core.chain
    body = {
        "chain": name,
        "expires": 9_999_999_999,
        "messages": [{"type": "evidence.deposit"}],
        "nonce": "00",
        "signers": ["org1.clerk"],
    }
    good = canonical.encode(body)
    others = [
        hasher.preimage("seal", good),
        Hasher(hasher.suite, bytes(32)).preimage("body", good),
        hasher.preimage("body", good.replace(b"{", b"{ ", 1)),
        hasher.preimage("body", canonical.encode(body | {"signers": ["org2.clerk"]})),
        hasher.preimage("body", b"[]"),
        b"zhulian/body/v1",
    ]
    for each in others:
        asked = {"preimage": each.hex(), "genesis": hasher.genesis.hex(), "signer": "org1.clerk", "texts": {}, "patience_s": 1}
        assert await visit.page.evaluate("(asked) => zhulianKeys.ask(asked)", asked) == {"stopped": "preimage"}


async def test_key_made_in_the_browser__lets_in_once_an_administrator_has_registered_it(
    visit: Visit, console: Console, tmp_path: Path
) -> None:
    name = f"org1.own{time.time_ns() % 10**9}"
    place = "zl-" + name.replace(".", "-")
    await visit.go("/enter")
    await visit.page.get_by_text("生成新密钥", exact=True).click()
    await visit.page.fill("#zl-name", "Org1 Clerk")
    await visit.page.fill("#zl-new-1", PASSPHRASE)
    await visit.page.fill("#zl-new-2", PASSPHRASE)
    await visit.page.get_by_role("button", name="生成", exact=True).click()
    await visit.sees("名称应为")
    await visit.page.fill("#zl-name", name)
    await visit.page.get_by_role("button", name="生成", exact=True).click()
    await visit.sees(f"已生成 {name} 的密钥")
    await visit.page.fill(f"#{place}", PASSPHRASE)
    await visit.page.get_by_role("button", name="以此密钥登录").click()
    await visit.sees("console/7")
    await visit.page.get_by_text("备份、登记与删除").click()
    async with visit.page.expect_download() as coming:
        await visit.page.get_by_role("button", name="导出登记申请").click()
    request = tmp_path / "request.json"
    await (await coming.value).save_as(request)
    with connect(_gateway(console), home=console.home) as chain:
        hasher = chain.core.hasher
    for change in ({"name": "org1.other"}, {"possession": "00" * 64}, {"format": "x"}):
        forged = tmp_path / "forged.json"
        forged.write_text(json.dumps(json.loads(request.read_text()) | change))
        with pytest.raises(KeyRequestUnfit):
            read_key_request(hasher, forged, name)
    environment = {**os.environ, "ZHULIAN_HOME": str(console.home)}
    command = [
        sys.executable,
        "-m",
        "zhulian.cli.main",
        "identity",
        "enrol",
        name,
        "--request",
        str(request),
        "--as",
        "org1.admin",
    ]
    await asyncio.to_thread(subprocess.run, command, env=environment, check=True, capture_output=True)
    async with visit.page.expect_download() as coming:
        await visit.page.get_by_role("button", name="备份为密钥文件").click()
    copy = tmp_path / "copy.key.json"
    await (await coming.value).save_as(copy)
    assert load_key(copy, PASSPHRASE).public_key.hex() == json.loads(request.read_text())["public_key"]
    await visit.page.get_by_role("button", name="以此密钥登录").click()
    await visit.page.wait_for_url(console.url + "/")
    assert not visit.faults


async def test_custody__lets_in_by_password_and_code_and_waits_after_failures(visit: Visit, console: Console) -> None:
    with connect(_gateway(console), home=console.home) as chain:
        officer = console.officer(chain, "officer.li")
        token = chain.custody.sign_in("officer.li", PASSWORD, pyotp.TOTP(officer["totp_secret"]).now())["token"]
        made = chain.custody.enrol("zhang.wei", chain.custody.invite(token, "zhang.wei")["code"], PASSWORD)
    await visit.go("/enter")

    async def try_with(password: str, code: str) -> None:
        await visit.page.fill("#f-login", "zhang.wei")
        await visit.page.fill("#f-password", password)
        await visit.page.fill("#f-code", code)
        await visit.page.get_by_role("button", name="登录", exact=True).click()

    await try_with("not the password", "000000")
    await visit.sees("custody/")
    assert "zhang.wei" not in visit.page.url
    await try_with(PASSWORD, pyotp.TOTP(made["totp_secret"]).now())
    await visit.page.wait_for_url(console.url + "/")
    assert await visit.page.get_by_role("link", name="治理监管").count() == 0, "a custody account acts for no organisation"
    await visit.go("/govern")
    await visit.sees("console/6")
    await visit.go("/evidence")
    await visit.page.set_input_files("input[type=file] >> nth=0", console.home / "genesis.json")
    await visit.sees("console/9")
    with connect(_gateway(console), home=console.home) as chain:
        own = chain.custody.sign_in("zhang.wei", PASSWORD, made["recovery_codes"][0])["token"]
        chain.custody.open_handle(own, "clinic")
    await visit.page.set_input_files("input[type=file] >> nth=0", console.home / "genesis.json")
    await visit.sees("已存证，已签章")
    await visit.go("/account")
    await visit.sees("托管账户")
    await visit.sees("未能登录")
    await visit.page.get_by_role("button", name="退出", exact=True).click()
    await visit.page.wait_for_url("**/enter")
    for _ in range(7):
        await try_with("not the password", "000000")
        await visit.page.wait_for_load_state()
    await visit.sees("console/4")


async def test_directory__lets_in_whoever_linked_their_account(visit: Visit, console: Console) -> None:
    with connect(_gateway(console), home=console.home) as chain:
        made = console.officer(chain, "officer.wang")
        token = chain.custody.sign_in("officer.wang", PASSWORD, pyotp.TOTP(made["totp_secret"]).now())["token"]
        begun = chain.custody.directory_begin(token=token)
        back = await asyncio.to_thread(console.directory.visit, begun["address"], "wang")
        chain.custody.directory_finish(back, begun["binding"], token=token)
    await visit.go("/enter?next=%2Fblocks")
    await visit.page.get_by_role("button", name="经机构身份目录登录").click()
    await visit.page.fill("[name=login]", "wang")
    await visit.page.fill("[name=password]", "any")
    await visit.page.locator("[type=submit]").first.click()
    await visit.page.locator("[type=submit]").first.click()
    await visit.page.wait_for_url("**/blocks", timeout=30_000)
    await visit.go("/account")
    await visit.sees("身份目录")
    stranger = f"{console.url}/enter/back?state=x&code=y&iss=z"
    await visit.page.goto(stranger)
    await visit.sees("custody/")


async def test_session__ends_everywhere_and_open_pages_say_so(visit: Visit, console: Console) -> None:
    await visit.enter("org1.admin")
    other = Visit(await visit.page.context.new_page(), console)
    await other.go("/evidence")
    await other.page.locator("h1").wait_for()
    await visit.go("/account")
    await visit.sees("我的所有登录")
    await visit.page.get_by_role("button", name="退出所有登录").click()
    await visit.page.wait_for_url("**/enter")
    await other.sees("登录已结束")
    again = await other.page.get_by_role("link", name="重新登录").get_attribute("href")
    assert again == "/enter?again=1&next=%2Fevidence"
    log = [json.loads(line) for line in (console.home / "console" / "sign-ins.jsonl").read_text().splitlines()]
    assert {"what": "everywhere", "person": "org1.admin", "way": "home"}.items() <= log[-1].items()
    assert (console.home / "console" / "sign-ins.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_help__says_what_to_do_by_commands_that_exist(visit: Visit, language: str) -> None:
    from zhulian.cli.root import COMMANDS

    await visit.go(f"/enter/help?lang={language}")
    assert await visit.page.locator("main section").count() == 6
    commands = [each.split() for each in await visit.page.locator("main code").all_inner_texts() if each.startswith("zhulian ")]
    assert len(commands) > 8
    assert {each[1] for each in commands} <= set(COMMANDS)
