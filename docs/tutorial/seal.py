from zhulian.client import FromNode, connect

with connect("http://127.0.0.1:8420") as chain:
    app = chain.app("seal")
    done = app.apply(number="YY-2026-002", seal="official", matter="Letter", copies=1, signers="org2.clerk")
    fact = app.record("application", "YY-2026-002")
    print(done.key, fact.state, fact.shown["seal"].zh, fact.shown["seal"].en)
    try:
        app.grant("YY-2026-002", signers="org1.zhao")
    except FromNode as no:
        print(no.code, no.fields["seat"])
