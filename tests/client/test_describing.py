"""What is said of a deposited file: its name, words about it, how its text begins; whatever the file is, nothing of it does harm."""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.client.apps.delivering import depositor_of
from zhulian.client.journal import DescriptorDue, Journal, OpeningNote
from zhulian.client.sealed.texts import text_of
from zhulian.errors import Words
from zhulian.language.asking import Asked
from zhulian.offchain.index.descriptors import (
    ABOUT_MAX,
    DESCRIPTOR_BYTES_MAX,
    TEXT_MAX,
    Descriptor,
    clean,
    read_descriptor,
    tell_described,
)
from zhulian.offchain.index.telling import Telling
from zhulian.offchain.index.texts import JournalTexts

C = "c1" * 32
WORD = '<w:document xmlns:w="w"><w:p><w:r><w:t>租赁</w:t></w:r><w:r><w:t xml:space="preserve">合同 &amp; 附件</w:t></w:r></w:p><w:p><w:tab/><w:t>甲方</w:t></w:p></w:document>'


def document(path: Path, main: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", main)
    return path


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", "押金已付讫".encode(), "押金已付讫"),
        ("a.TXT", "押金已付讫".encode("gb18030"), "押金已付讫"),
        ("a.csv", b"\xef\xbb\xbf" + "合同编号,坐落".encode(), "合同编号,坐落"),
        ("a.md", b"\xff\xff\xff\xff\xff", ""),
        ("a.txt", b"MZ\x00\x01", ""),
        (
            "a.html",
            "<title>公告</title><script>var 密=1</script><p>送达&nbsp;回证<style>p{}</style>".encode(),
            "公告 送达\xa0回证",
        ),
        ("a.pdf", b"%PDF-1.7", ""),
        ("a.docx", b"PK no archive", ""),
    ],
)
def test_text_of__reads_what_has_text_and_leaves_the_rest(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(data)
    assert text_of(path, name) == text


def test_text_of__cuts_a_long_file_between_characters(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("x" + "合" * 200_000, encoding="utf-8")
    found = text_of(path, path.name)
    assert found.startswith("x合")
    assert 80_000 < len(found) < 90_000
    assert set(found) == {"x", "合"}


def test_text_of__takes_paragraphs_of_a_document_and_no_bomb(tmp_path: Path) -> None:
    assert text_of(document(tmp_path / "a.docx", WORD.encode()), "a.docx") == "租赁合同 & 附件\n甲方\n"
    assert text_of(document(tmp_path / "b.docx", b" " * 20_000_000), "b.docx") == ""
    assert text_of(document(tmp_path / "c.docx", b"\xff\xfe"), "c.docx") == ""
    with zipfile.ZipFile(tmp_path / "d.docx", "w") as packed:
        packed.writestr("other.xml", "x")
    assert text_of(tmp_path / "d.docx", "d.docx") == ""
    entities = '<!DOCTYPE a [<!ENTITY x "boom">]><w:t>&x;</w:t>'
    assert text_of(document(tmp_path / "e.docx", entities.encode()), "e.docx") == "&x;"
    assert text_of(tmp_path / "gone.txt", "gone.txt") == ""


@given(st.text(), st.text(max_size=3_000), st.text(max_size=20_000))
def test_descriptor__of_any_text_is_read_back(name: str, about: str, text: str) -> None:
    made = Descriptor(C, clean(name, 200), clean(about, ABOUT_MAX), clean(text, TEXT_MAX))
    data = made.encode()
    assert len(data) <= DESCRIPTOR_BYTES_MAX
    assert read_descriptor(data) == read_descriptor(made.as_json()) == made


@pytest.mark.parametrize(
    "wrong",
    [
        b"{",
        b'{"format":"zhulian/descriptor/1"}',
        {"format": "zhulian/descriptor/2", "content": C, "name": "", "about": "", "text": ""},
        {"format": "zhulian/descriptor/1", "content": C, "name": 1, "about": "", "text": ""},
        {"format": "zhulian/descriptor/1", "content": C, "name": "", "about": "", "text": "x" * (TEXT_MAX + 1)},
        {"format": "zhulian/descriptor/1", "content": C, "name": "", "about": "", "text": "", "more": ""},
        ["zhulian/descriptor/1"],
    ],
)
def test_descriptor__of_another_shape_is_none(wrong: Any) -> None:
    assert read_descriptor(wrong) is None


def test_tell_described__puts_the_name_first_and_keeps_what_everybody_sees() -> None:
    told = Telling(Words("存证 ab", "Deposit ab"), Words("示例企业", "Sample"), ("org1",), "standing")
    made = tell_described(told, Descriptor(C, "合同.txt", "", "押金"))
    assert (made.title.zh, made.title.en) == ("合同.txt（存证 ab）", "合同.txt (Deposit ab)")
    assert made.text.zh == "示例企业；合同.txt；押金"
    assert (made.parties, made.state) == (told.parties, told.state)


def test_journal__keeps_what_is_due_and_forgets_one_holders_reading(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    due = [DescriptorDue("d1" * 32, "org1"), DescriptorDue("d2" * 32, "org1")]
    journal.note_descriptors("zl.1", 7, due)
    journal.note_descriptors("zl.1", 8, due[:1])
    assert (journal.descriptors_read("zl.1"), journal.descriptors_read("zl.2")) == (8, 0)
    assert journal.descriptors_due("zl.1") == due
    journal.settle_descriptor("zl.1", due[0])
    assert journal.descriptors_due("zl.1") == due[1:]
    made = [
        f'{{"commitment":"{"d1" * 32}","descriptor":{{}},"holder":"{holder}","owner":"org1","salt":"00"}}'
        for holder in ("org1", "org2")
    ]
    for each in made:
        journal.learn(OpeningNote("zl.1", C, "d1" * 32, each, "aa" * 32))
    read = JournalTexts(tmp_path, "zl.1").after(0, 10)
    assert [(each.holder, each.instance, each.record, each.openings[0]["owner"]) for each in read] == [
        ("org1", C, "", "org1"),
        ("org2", C, "", "org1"),
    ]
    assert journal.forget("zl.1", C, "d1" * 32, "org1")
    assert not journal.forget("zl.1", C, "d1" * 32, "org1")
    assert journal.forget("zl.1", C, "d1" * 32, "org2")
    assert JournalTexts(tmp_path, "zl.1").after(0, 10) == []
    journal.learn(OpeningNote("zl.1", C, "d1" * 32, made[1], "aa" * 32))
    assert [each.holder for each in JournalTexts(tmp_path, "zl.1").after(read[-1].number, 10)] == [
        "org2"
    ]  # by a number of its own
    journal.close()


@dataclass
class Named:
    """An action that is done for these parties."""

    by: dict[str, str] = field(default_factory=dict)


def test_depositor__is_who_signs_or_the_person_for_whom_an_agent_does() -> None:
    person = "~" + "5" * 32

    def depositor(by: dict[str, str], *parties: str) -> str:
        return depositor_of(cast(Asked, Named(by)), parties)

    assert depositor({}, "org2") == "org2"
    assert depositor({"actor": person}, "org2") == person
    assert depositor({"doctor": "org3", "patient": person}, "org3", "org2") == "org3"
    assert depositor({"patient": person}, person) == person
    assert depositor({"seller": "org4"}, "org2") == "org2"
