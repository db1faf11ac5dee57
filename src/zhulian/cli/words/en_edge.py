"""The sentences of the edge in English: TLS."""

__all__ = ["EDGE"]

EDGE: dict[str, str] = {
    "tls.help": "The certificate of the gateway's TLS door.",
    "tls.trial.help": "Make a CA and a certificate under it, to try TLS with.",
    "tls.show.help": "Say which certificate the door has, whether it can be used, and until when.",
    "tls.names": "Host names and addresses under which the gateway is reached, beside this machine's own.",
    "tls.out": "The folder to write into; tls/ in the home, where left out.",
    "tls.made": "Made a certificate for {names}, valid for {days} days. It is for trials: nobody trusts its CA yet",
    "tls.fingerprint": "Fingerprint of the CA (SHA-256): {digest}",
    "tls.next": "Put these lines into {path} and start the node anew",
    "tls.trust": "Clients trust it by ZHULIAN_CA={path}; in a browser, import that file as an authority",
    "tls.none": "There is no TLS door: {path} has no table [tls]",
    "tls.usable": "{path} can be used until {time} ({days} days)",
    "tls.where": "Address: {url}",
}
