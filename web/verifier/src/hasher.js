// Purpose-bound preimages (docs/formats.md §2).

import { concat, utf8 } from "./bytes.js";

const NO_GENESIS = new Uint8Array(32);

export class Hasher {
  constructor(suite, genesis = NO_GENESIS) {
    this.suite = suite;
    this.genesis = genesis;
  }

  preimage(purpose, data) {
    return concat(utf8(`zhulian/${purpose}/v1\0`), this.genesis, data);
  }

  digest(purpose, data) {
    return this.suite.digest(this.preimage(purpose, data));
  }
}
