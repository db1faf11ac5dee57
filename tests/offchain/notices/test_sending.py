"""Notices against a real mail server and a real HTTPS gateway: down for a while, then delivered once; one digest instead of hundreds."""

import asyncio
import email
import email.policy
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offchain.capture.conftest import make_chain
from zhulian.client import verify_webhook
from zhulian.errors import Words
from zhulian.offchain.addresses import networks_of
from zhulian.offchain.courier.reaching import Reach
from zhulian.offchain.courier.signing import make_secret
from zhulian.offchain.notices import sending
from zhulian.offchain.notices.book import CHANNELS, Book, Channel, Notice, Person
from zhulian.offchain.notices.errors import ClearPassword, NoSuchPerson, NotSent, UnknownLink, WrongCode
from zhulian.offchain.notices.mail import MailServer, send_mail
from zhulian.offchain.notices.messages import Writer, as_hook, as_mail
from zhulian.offchain.notices.sending import HookRoad, MailRoad, Road, Sender

ANNA = Person("org1.o7", mail="anna@office.test", phone="+8613800000000")
WRITER = Writer("zl-test", "help@office.test", b"secret")
POLICY = email.policy.default


class Postbox:
    """A real mail server on loopback with TLS; `refuse` is what it answers to whom it does not know."""

    def __init__(self, folder: Path, port: int = 0, *, implicit: bool = False) -> None:
        self.came: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.logins: list[tuple[bytes, bytes]] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "chain.pem", folder / "server.key")
        self.port = port or free_port()
        more: dict[str, Any] = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self._login,
            auth_required=not implicit,
            auth_require_tls=not implicit,
            **more,
        )
        self._controller.start()

    def _login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        _ = server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        _ = server, session, options
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        _ = server, session
        content = envelope.content
        assert isinstance(content, bytes)
        found = email.message_from_bytes(content, policy=POLICY)
        assert isinstance(found, EmailMessage)
        self.came.append(found)
        return "250 OK"

    def close(self) -> None:
        self._controller.stop(no_assert=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Gateway:
    """A real HTTPS server in the place of an SMS gateway."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "chain.pem", folder / "server.key")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]
        self.url = f"https://localhost:{self.port}/sms"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates for both servers."""
    made = tmp_path_factory.mktemp("post")
    make_chain(made)
    return made


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path)
    yield made
    made.close()


def notice(number: int, kind: Any = "tasks") -> Notice:
    return Notice(kind, f"{number}/0", Words(f"合同 {number}", f"Contract {number}"), Words("待验收", "To be examined"))


def server_of(port: int, folder: Path, **more: Any) -> MailServer:
    given = {"security": "starttls", "user": "zhulian", "password": "right", "ca": str(folder / "ca.pem"), **more}
    return MailServer("localhost", port, sender="Zhulian <notices@office.test>", **given)


def sender_of(book: Book, channel: Channel, road: Road, gather_s: float = 0, interval_s: float = 0) -> Sender:
    return Sender(channel, road, book, WRITER, gather_s, interval_s, lambda *_, **__: None)


async def _until(holds: Any, seconds: float = 15) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not holds():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.02)


async def _while(work: Any, holds: Any) -> None:
    """Run `work` until something holds."""
    task = asyncio.ensure_future(work)
    try:
        await _until(holds)
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.mark.anyio
async def test_mail__waits_while_the_server_is_down_and_comes_once(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_AGAIN_S", (0.1,))
    port = free_port()
    book.put(ANNA)
    book.begin(0, 0)
    told = [(ANNA, notice(number)) for number in range(3)]
    assert book.take(told, 1, height=3) == 6  # by mail and by the gateway
    assert book.take(told, 1, height=3) == 0
    sender = sender_of(book, "mail", MailRoad(server_of(port, folder), "help@office.test"))
    await _while(sender.run(), lambda: book.status()["mail"].get("fault"))
    assert book.status()["mail"]["waiting"] == 3
    assert book.status()["mail"]["fault"]["code"] == NotSent.code
    box = Postbox(folder, port)
    try:
        again = sender_of(book, "mail", MailRoad(server_of(port, folder), "help@office.test"))  # as after a restart
        await _while(again.run(), lambda: book.status()["mail"]["sent"])
        book.take([(ANNA, notice(9))], 1, height=4)
        await _while(again.run(), lambda: book.status()["mail"]["sent"] == 2)
    finally:
        box.close()
    assert [str(each["To"]) for each in box.came] == [ANNA.mail] * 2
    assert [str(each["Subject"]) for each in box.came] == ["【珠联】3 条通知", "【珠联】合同 9"]
    assert box.came[0]["Message-ID"] != box.came[1]["Message-ID"]
    assert box.came[0]["Auto-Submitted"] == "auto-generated"
    assert WRITER.code(ANNA.name) in box.came[0].get_content()
    assert set(box.logins) == {(b"zhulian", b"right")}


@pytest.mark.anyio
async def test_mail__hundreds_of_notices_are_one_digest(book: Book, folder: Path) -> None:
    book.put(ANNA)
    box = Postbox(folder, implicit=True)
    sender = sender_of(book, "mail", MailRoad(server_of(box.port, folder, security="tls"), ""), interval_s=3600)
    try:
        book.take([(ANNA, notice(number, "alerts" if number % 2 else "tasks")) for number in range(500)], 1)
        await _while(sender.run(), lambda: book.status()["mail"]["sent"])
        book.take([(ANNA, notice(1000))], 1)  # within the hour: it waits
        task = asyncio.ensure_future(sender.run())
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.wait([task])
    finally:
        box.close()
    (mail,) = box.came
    assert "500 条通知" in str(mail["Subject"])
    text = mail.get_content()
    assert "待办（250 条）" in text
    assert "预警（250 条）" in text
    assert text.count("\n· ") == 50
    assert "另有 450 条" in text
    assert book.status()["mail"]["waiting"] == 1
    due = book.next_due("mail", 0, 3_600_000)
    assert due is not None
    assert due[1] == ANNA.name


@pytest.mark.anyio
async def test_gateway__is_signed_for_and_gets_each_message_once(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_AGAIN_S", (0.1,))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
    port, secret = free_port(), make_secret()
    book.put(ANNA)
    book.take([(ANNA, notice(1))], 1)
    reach = Reach(networks_of(["127.0.0.0/8", "::1/128"]))
    sender = sender_of(book, "hook", HookRoad(f"https://localhost:{port}/sms", secret, reach))
    await _while(sender.run(), lambda: book.status()["hook"].get("fault"))
    gateway = Gateway(folder, port)
    try:
        gateway.status = 503
        await _while(sender.run(), lambda: gateway.came)
        gateway.status = 202
        await _while(sender.run(), lambda: book.status()["hook"]["sent"])
    finally:
        await reach.close()
        gateway.close()
    ids = {verify_webhook(secret, headers, body) for headers, body in gateway.came}
    assert len(ids) == 1  # each try is the same message
    content = json.loads(gateway.came[-1][1])
    assert (content["to"], content["language"], content["counts"]["tasks"]) == (ANNA.phone, "zh", 1)
    assert content["notices"] == [{"kind": "tasks", "text": "待验收", "title": "合同 1"}]


@pytest.mark.anyio
async def test_gateway__an_inner_address_is_not_reached(book: Book) -> None:
    reach = Reach([])
    with pytest.raises(NotSent) as no:
        await HookRoad("https://127.0.0.1:9/sms", make_secret(), reach).send(WRITER.test(ANNA, "t1"))
    assert "127.0.0.1" in no.value.say("en")
    await reach.close()


@pytest.mark.anyio
async def test_gateway__that_is_down_is_said_once_to_be_tried_again() -> None:
    reach = Reach(networks_of(["127.0.0.0/8"]))
    with pytest.raises(NotSent) as no:
        await HookRoad(f"https://127.0.0.1:{free_port()}/sms", make_secret(), reach).send(WRITER.test(ANNA, "t1"))
    assert no.value.say("en").count("tried again") == no.value.say("zh").count("重试") == 1
    await reach.close()


@pytest.mark.anyio
async def test_mail__who_is_unknown_to_the_server_is_not_tried_for_ever(book: Book, folder: Path) -> None:
    box = Postbox(folder)
    box.refuse = {"gone@office.test": "550 no such user", "full@office.test": "452 mailbox full"}
    try:
        for name, mail in (("org1.a", "gone@office.test"), ("org1.b", "full@office.test"), ("org1.c", "c@office.test")):
            person = Person(name, mail=mail)
            book.put(person)
            book.take([(person, notice(1))], 1)
        sender = sender_of(book, "mail", MailRoad(server_of(box.port, folder), ""))
        await _while(sender.run(), lambda: book.status()["mail"]["sent"] == 1 and book.status()["mail"]["refused"] == 1)
        assert book.status()["mail"]["waiting"] == 1
    finally:
        box.close()
    assert [str(each["To"]) for each in box.came] == ["c@office.test"]


def test_mail__a_wrong_password_or_a_certificate_that_nobody_knows_sends_nothing(folder: Path) -> None:
    box = Postbox(folder)
    mail = as_mail(WRITER.test(ANNA, "t1"), "notices@office.test", "", 0)
    try:
        for given in ({"password": "hunter2"}, {"ca": ""}):
            with pytest.raises(NotSent) as no:
                send_mail(server_of(box.port, folder, **given), mail)
            assert "hunter2" not in no.value.say("en")
        send_mail(server_of(box.port, folder), mail)
    finally:
        box.close()
    assert len(box.came) == 1
    assert "right" not in repr(server_of(box.port, folder))


def test_mail__no_password_goes_in_clear() -> None:
    with pytest.raises(ClearPassword):
        MailServer("localhost", 25, "none", "a@b.test", user="zhulian", password="x")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_message__speaks_the_persons_language_on_one_line_of_subject(book: Book, language: Any) -> None:
    person = Person("org1.o7", mail="a@b.test", language=language)
    book.put(person)
    odd = Notice("tasks", "k", Words("标题\r\nBcc: x@y.test", "Title\r\nBcc: x@y.test"), Words("正文", "Text"))
    book.take([(person, odd)], 1)
    message = WRITER.write(book.batch(person.name, "mail", 1))
    mail = as_mail(message, "notices@office.test", "help@office.test", 0)
    assert mail["Bcc"] is None
    assert ("正文" in message.text) == (language == "zh")
    assert ("opt out" in message.text) == (language == "en")
    assert json.loads(as_hook(message))["subject"] == message.subject
    assert email.message_from_bytes(bytes(mail), policy=POLICY)["List-Unsubscribe"].endswith(f"{WRITER.code('org1.o7')}>")


def test_mail__has_a_link_that_no_line_breaks_and_that_opts_out_by_one_click() -> None:
    writer = Writer(
        "zl-test", "help@office.test", b"secret", "https://notices.a-rather-long-name.office.example.test/behind/a/proxy/"
    )
    mail = as_mail(writer.test(ANNA, "t1"), "zhulian@office.test", "help@office.test", 0)
    link = f"https://notices.a-rather-long-name.office.example.test/behind/a/proxy/notices/stop/{writer.token(ANNA.name)}"
    assert f"List-Unsubscribe: <{link}>, <mailto:".encode() in bytes(mail).replace(b"\r\n ", b" ")
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in bytes(mail)
    assert link in mail.get_content()
    assert writer.linked(writer.token(ANNA.name), [Person("org1.o8"), ANNA]) == ANNA.name
    for wrong in ("", "0" * 32, writer.token("org1.o8"), writer.code(ANNA.name), "é" * 32):
        with pytest.raises(UnknownLink):
            writer.linked(wrong, [ANNA])
    assert Writer("zl-test", "", b"other").token(ANNA.name) != writer.token(ANNA.name)
    assert as_mail(WRITER.test(ANNA, "t1"), "zhulian@office.test", "", 0)["List-Unsubscribe-Post"] is None


def test_code__opens_for_its_person_alone() -> None:
    assert WRITER.name_of(WRITER.code("org1.o7")) == "org1.o7"
    for wrong in ("org1.o8" + WRITER.code("org1.o7")[7:], "org1.o7/", "/", Writer("zl", "", b"else").code("org1.o7")):
        with pytest.raises(WrongCode):
            WRITER.name_of(wrong)


def test_book__who_opts_out_is_forgotten_but_for_that_wish(book: Book) -> None:
    book.put(ANNA)
    book.take([(ANNA, notice(1))], 1)
    book.batch(ANNA.name, "mail", 1)
    book.stop(ANNA.name, 5)
    found = book.get(ANNA.name)
    assert (found.mail, found.phone, found.stopped_ms) == ("", "", 5)
    assert book.next_due("mail", 0, 0) is None
    assert not found.wants("tasks", "")
    book.remove(ANNA.name)
    with pytest.raises(NoSuchPerson):
        book.get(ANNA.name)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["take", "send", "fail", "restart"]), st.integers(0, 5)), max_size=25))
def test_book__every_notice_goes_out_exactly_once(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]) -> None:
    """Whatever comes twice, fails or restarts in between; a message that is tried again is the same message."""
    folder = tmp_path_factory.mktemp("book")
    book = Book(folder)
    book.put(ANNA)
    taken: set[str] = set()
    gone: list[str] = []
    tried: dict[int, tuple[str, ...]] = {}
    for step, number in [*steps, ("send", 0), ("send", 0)]:
        if step == "take":
            book.take([(ANNA, notice(number))], 1)
            taken.add(notice(number).key)
        elif step == "restart":
            book.close()
            book = Book(folder)
        elif book.next_due("mail", 0, 0) is not None:
            batch = book.batch(ANNA.name, "mail", 1)
            keys = tuple(each.key for each in batch.notices)
            assert tried.setdefault(batch.number, keys) == keys
            if step == "send":
                book.sent(batch, 1)
                gone += keys
            else:
                book.again(batch, 1, {})
    assert sorted(gone) == sorted(taken)
    assert CHANNELS == ("mail", "hook")
    book.close()
