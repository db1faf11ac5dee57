"""Refusals of the client about applications."""

from typing import Any

from zhulian.client.errors import ClientFault
from zhulian.errors import Words

__all__ = [
    "HistoryBroken",
    "NoSuchApp",
    "NoSuchDefinition",
    "NoSuchMethod",
    "NotAnOpening",
    "NothingOpened",
    "OpeningFails",
    "SealedFileThere",
    "SpacesMissing",
]


class NoSuchApp(
    ClientFault,
    code="client/30",
    zh="链上没有应用“{instance}”。{near.zh}已开通的应用见 zhulian app。",
    en="The chain has no application “{instance}”. {near.en}See zhulian app for those that are open.",
):
    instance: str
    near: Words


class NoSuchDefinition(
    ClientFault,
    code="client/31",
    zh="链上没有场景“{scenario}”的定义。请先用 zhulian scenario publish 发布，或核对名称。",
    en="The chain has no definition of the scenario “{scenario}”. Publish it with zhulian scenario publish, or check the name.",
):
    scenario: str


class HistoryBroken(
    ClientFault,
    code="client/32",
    zh="{record} 的经过与链上的轨迹不符：{why.zh}。请勿采信，并联系节点运维人员。",
    en="The history of {record} is not the one that the chain keeps: {why.en}. Do not rely on it; tell the node's operator.",
):
    record: str
    why: Words


class NotAnOpening(
    ClientFault,
    code="client/33",
    zh="{path} 不是保密内容的开启文件（.opening.json）：{why.zh}。请使用办理时生成的文件。",
    en="{path} is no opening of private content (.opening.json): {why.en}. Use the file that was written when it was handed in.",
):
    path: str
    why: Words


class OpeningFails(
    ClientFault,
    code="client/34",
    zh="字段 {field} 的内容与承诺值不符：{why.zh}。",
    en="The content of {field} does not open its commitment: {why.en}.",
):
    field: str
    why: Words


class SpacesMissing(
    ClientFault,
    code="client/35",
    zh="应用 {instance} 所需的编号空间尚未设立，或未准其登记：{spaces}。请由各机构表决设立，命令见后。",
    en="The spaces that {instance} needs are not set up, or do not admit it: {spaces}. Let the members vote; the commands follow.",
):
    instance: str
    spaces: str
    commands: list[str]
    actions: list[dict[str, Any]]


class NoSuchMethod(
    ClientFault,
    AttributeError,  # so that `hasattr` and editors understand it
    code="client/36",
    zh="应用 {instance} 没有操作或方法“{name}”。{near.zh}可用的操作：{known}。",
    en="The application {instance} has no action or method “{name}”. {near.en}Its actions: {known}.",
):
    instance: str
    name: str
    near: Words
    known: str


class SealedFileThere(
    ClientFault,
    code="client/125",
    zh="文件 {path} 已存在，可能是唯一能开启已密封内容的文件，不予覆盖。请另取文件名。",
    en="The file {path} is there already, and may be all that opens what was sealed. It is left alone; choose another name.",
):
    path: str


class NothingOpened(
    ClientFault,
    code="client/210",
    zh="操作“{action}”没有调阅受控内容，没有可取回的文件。请去掉 --file，或改办带有调阅的操作。",
    en="The action “{action}” opened no guarded content, so there is no file to fetch. Leave out --file, or choose an action that opens.",
):
    action: str
