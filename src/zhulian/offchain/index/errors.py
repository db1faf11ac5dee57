"""What the index refuses, by number."""

from zhulian.errors import Refusal, Words

__all__ = [
    "BadIndexCursor",
    "IndexAhead",
    "IndexBehind",
    "IndexDatabaseFailed",
    "IndexOfAnotherChain",
    "IndexSilent",
    "NoSuchTotal",
    "NothingAsked",
    "WrongDatabase",
]


class IndexSilent(
    Refusal,
    code="index/1",
    zh="检索库未在运行或没有应答。节点刚启动的，请稍后再试；仍不应答的，请确认 config.toml 的 [index] 已启用，并查看 logs/index.log。",
    en="The search index does not run or does not answer. Where the node has just started, try again in a moment; if it stays so, see that [index] in config.toml is enabled, and look into logs/index.log.",
):
    pass


class WrongDatabase(
    Refusal,
    code="index/2",
    zh="检索库的地址有误：{why.zh}。请在 config.toml 的 [index] 写 postgresql://用户@主机/库名，或留空以使用 SQLite。",
    en="The address of the index's database is wrong: {why.en}. In [index] of config.toml write postgresql://user@host/name, or leave it empty for SQLite.",
):
    why: Words


class IndexDatabaseFailed(
    Refusal,
    code="index/3",
    zh="检索库所用的数据库不可用：{why.zh}。请检查数据库；恢复后检索库自动继续，账本不受影响。",
    en="The database under the index cannot be used: {why.en}. Look after it; the index goes on by itself, and the ledger is not touched.",
):
    why: Words


class IndexOfAnotherChain(
    Refusal,
    code="index/4",
    zh="数据库中的检索库属于另一条链（{found}）。请换用其他数据库，或运行 zhulian index rebuild 重建。",
    en="The index in this database is another chain's ({found}). Choose another database, or build it anew by zhulian index rebuild.",
):
    found: str


class IndexAhead(
    Refusal,
    code="index/5",
    zh="检索库在高度 {height} 与账本不一致，已停止应答。请运行 zhulian index rebuild 重建。",
    en="The index does not agree with the ledger at height {height} and answers no more. Build it anew by zhulian index rebuild.",
):
    height: int


class NothingAsked(
    Refusal,
    code="index/6",
    zh="查询 {text} 中没有可检索的字词。请给出汉字、字母或数字，或用 party、kind、state、since 等条件。",
    en="There is no word to search for in {text}. Give characters, letters or digits, or ask by party, kind, state or time.",
):
    text: str


class BadIndexCursor(
    Refusal,
    code="index/7",
    zh="翻页游标无效或属于另一查询。请从第一页重新查询。",
    en="The cursor is not valid, or belongs to another search. Begin at the first page again.",
):
    pass


class NoSuchTotal(
    Refusal,
    code="index/8",
    zh="无法按 {by} 统计 {record} 的 {field}：{why.zh}。请对照场景定义。",
    en="{field} of {record} cannot be counted by {by}: {why.en}. Compare it with the definition.",
):
    record: str
    field: str
    by: str
    why: Words


class IndexBehind(
    Refusal,
    code="index/9",
    zh="检索库止于高度 {height}，而本节点已只保存高度 {first} 起的区块，无法接续，已停止应答。请运行 zhulian index rebuild 重建。",
    en="The index stands at height {height}, and this node has blocks from height {first} on only, so it cannot go on and answers no more. "
    "Build it anew by zhulian index rebuild.",
):
    height: int
    first: int
