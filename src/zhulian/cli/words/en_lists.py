"""English sentences about lists, their roots, and what is sealed."""

__all__ = ["LISTS"]

LISTS: dict[str, str] = {
    "lists.help": "Lists of codes and of items with amounts: their roots, and proofs of entries, for inputs of applications.",
    "lists.codes.help": "The root over a list of up to a million codes, for an input of the type codes.",
    "lists.code.help": "The proof that a code is in the list, or is not, for an input of the type proof.",
    "lists.bulk.help": "The root over items with amounts, for an input of the type bulk.",
    "lists.item.help": "The proof that an item counts with its amount, for an input of the type proof.",
    "lists.codes_file": "One code a line, UTF-8.",
    "lists.items_file": "Lines item,amount; amounts in the smallest unit, such as fen.",
    "lists.code": "The code.",
    "lists.item": "The item.",
    "lists.absent": "Prove that it is not in the list.",
    "lists.out": "The file to write; hand it in as name=@FILE.",
    "lists.line": "a line is item,amount, the amount a whole number in the smallest unit",
    "app.sealed": "Sealed. Keep {path} secret and safe: it alone opens what it seals. Hand it in as {group}=@{path}, first to seal, later to open",
}
