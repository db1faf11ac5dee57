// SM3 (GB/T 32905-2016) in pieces, for files too large to read at once. sm-crypto-v2 hashes only whole messages; the
// padding and buffering here are @noble/hashes', and `selfTest` of suites.js holds the two equal each time a page opens.

import { HashMD } from "@noble/hashes/_md";

const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
const WORDS = new Uint32Array(68);
const CONSTANTS = new Uint32Array(64).map((_, round) => turn(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32));

function turn(word, by) {
  return (word << by) | (word >>> (32 - by));
}

/** SM3 with `update(bytes)` and `digest()`, §5 of the standard. */
export class Sm3 extends HashMD {
  constructor() {
    super(64, 32, 8, false);
    this.state = Int32Array.from(START);
  }

  get() {
    return Array.from(this.state);
  }

  set(...words) {
    this.state.set(words);
  }

  process(view, offset) {
    for (let i = 0; i < 16; i++) WORDS[i] = view.getUint32(offset + 4 * i, false);
    for (let i = 16; i < 68; i++) {
      const mixed = WORDS[i - 16] ^ WORDS[i - 9] ^ turn(WORDS[i - 3], 15);
      WORDS[i] = mixed ^ turn(mixed, 15) ^ turn(mixed, 23) ^ turn(WORDS[i - 13], 7) ^ WORDS[i - 6];
    }
    let [a, b, c, d, e, f, g, h] = this.state;
    for (let j = 0; j < 64; j++) {
      const a12 = turn(a, 12);
      const ss1 = turn((a12 + e + CONSTANTS[j]) | 0, 7);
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ a12) + (WORDS[j] ^ WORDS[j + 4])) | 0;
      const tt2 = (gg + h + ss1 + WORDS[j]) | 0;
      d = c;
      c = turn(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = turn(f, 19);
      f = e;
      e = tt2 ^ turn(tt2, 9) ^ turn(tt2, 17);
    }
    const state = this.state;
    state[0] ^= a;
    state[1] ^= b;
    state[2] ^= c;
    state[3] ^= d;
    state[4] ^= e;
    state[5] ^= f;
    state[6] ^= g;
    state[7] ^= h;
  }

  roundClean() {
    WORDS.fill(0);
  }

  destroy() {
    this.destroyed = true;
    this.state.fill(0);
  }
}
