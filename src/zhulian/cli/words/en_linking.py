"""The sentences of links to public pages in English."""

__all__ = ["LINKING"]

LINKING: dict[str, str] = {
    "link.help": "Links and QR codes of public pages, which open without signing in.",
    "link.record.help": "Make the link and QR code of a record's public page. The same record has the same code each time.",
    "link.certificate.help": "Make a link to the certificate of a deposit: who opens it can check it and compare the original.",
    "link.instance": "The instance of the application",
    "link.type": "The record type",
    "link.key": "The record's key; parts of a key joined by /",
    "link.until": "The last day on which the link opens, in the chain's zone; for good where left out",
    "link.qr": "Write the QR code into this file (SVG) instead of onto the terminal",
    "link.name": "What the certificate calls the file; the receipt's own name where left out",
    "link.shows.record": "Who opens it sees the fields that the definition makes public, what happened and when, and the proof; nobody's name, no other field.",
    "link.shows.certificate": "Who opens it sees the certificate: the file's name and digest, who deposited it, when, and the seals. The file itself is not in it.",
    "link.ends": "It opens until {time}; whoever has it can pass it on.",
    "link.endless": "It opens for good; whoever has it can pass it on.",
}
