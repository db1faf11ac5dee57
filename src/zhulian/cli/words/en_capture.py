"""English sentences of web capture."""

__all__ = ["CAPTURE"]

CAPTURE: dict[str, str] = {
    "capture.help": "Capture a web page with a real browser and deposit the bundle: picture, page, resources, certificates, how it was collected.",
    "capture.url": "The page, such as https://host/path.",
    "capture.out": "Where the bundle goes (left out: named by host and time, in this folder).",
    "capture.allow": "An inner address or network that may be reached, such as 10.20.0.0/16; may be repeated.",
    "capture.trust": "A CA certificate (PEM) that the site may use besides the public ones; may be repeated.",
    "capture.time_server": "A time server to hold the clock against, may be repeated; none asks nobody.",
    "capture.browser": "The browser's programme (left out: Chromium where the system has it).",
    "capture.timeout": "How long the page may take, in seconds.",
    "capture.bytes_max": "How much the page may send, in bytes.",
    "capture.width": "The width of the browser's window, in pixels.",
    "capture.begins": "Capturing {url} …",
    "capture.done": "Captured: “{title}”  {url}  (HTTP {status})",
    "capture.when": "Captured at {time} by the capturing machine's clock; {answered} of {asked} resources answered.",
    "capture.refused": "Not reached, being inner addresses: {hosts}",
    "capture.members": "All {count} files in the bundle fit its manifest.",
}
