// Sealer sets and seals, as src/zhulian/ledger/sealing.py.

import { fromHex, toHex, utf8 } from "./bytes.js";
import { encode } from "./canonical.js";
import { Fault, words } from "./fault.js";
import { listRoot } from "./list_tree.js";
import { isSorted } from "./trust.js";

const CHANGES_MAX = 10_000;

/** The set that seals `header`, led there from genesis; its seals are verified. Throws Fault naming sealer_changes or seals. */
export function sealed(header, seals, changes, trusted) {
  const sealers = followSealers(trusted, changes, header.height);
  verifySeals(trusted.hasher, header, seals, sealers, "seals");
  return sealers;
}

function followSealers(trusted, changes, height) {
  const part = "sealer_changes";
  let sealers = trusted.genesis.sealers;
  let at = 0;
  if (changes.length > CHANGES_MAX) throw new Fault("proof/23", { part, why: words(`变更超过 ${CHANGES_MAX} 次`, `there are more than ${CHANGES_MAX} changes`) });
  for (const change of changes) {
    const here = change.header;
    if (here.chain !== trusted.chain) throw new Fault("proof/22", { part, named: here.chain.slice(0, 120), ours: trusted.chain });
    if (!(at < here.height && here.height < height)) {
      const why = words(`高度 ${here.height} 不在 ${at} 与 ${height} 之间`, `the height ${here.height} does not lie between ${at} and ${height}`);
      throw new Fault("proof/23", { part, why });
    }
    verifySeals(trusted.hasher, here, change.seals, sealers, part);
    if (toHex(listRoot(trusted.hasher, change.sealers.map(encode))) !== here.next_sealers_root) {
      const why = words(
        `高度 ${here.height} 之后的签章节点与其区块头所承诺的不同（若成员公布过恢复协议，请以 --agreement 给出）`,
        `the sealers after height ${here.height} are not those that its header commits to (if the members have published an agreement to go on without some of them, give it as --agreement)`,
      );
      throw new Fault("proof/23", { part, why });
    }
    sealers = change.sealers;
    at = here.height;
  }
  return sealers;
}

/** Hold that `seals` are a quorum of `sealers` over `header`; every seal that is there must be good. */
export function verifySeals(hasher, header, seals, sealers, part) {
  const members = new Map(sealers.map((each) => [each.sealer, each]));
  const digest = toHex(hasher.digest("header", encode(header)));
  if (!isSorted(seals.map((each) => each.sealer))) {
    throw new Fault("proof/23", { part, why: words("签章未按节点名称排序，或有重复", "the seals are not sorted, or one occurs twice") });
  }
  let power = 0;
  for (const seal of seals) {
    const member = members.get(seal.sealer);
    const refuse = (zh, en) => new Fault("proof/26", { part, sealer: seal.sealer.slice(0, 40), why: words(zh, en) });
    if (member === undefined) throw refuse("该节点不是此高度的签章节点", "it is no sealer at this height");
    const publicKey = fromHex(member.public_key);
    if (fingerprint(hasher.suite, publicKey) !== seal.key) throw refuse("所用密钥不是该节点的密钥", "the key is not the sealer's");
    const preimage = hasher.preimage("seal", encode({ header: digest, time_ms: seal.time_ms }));
    if (!hasher.suite.verify(publicKey, preimage, fromHex(seal.signature))) {
      throw refuse("区块头、签章时间或签名被改动过", "the header, the time or the signature was changed");
    }
    power += member.power;
  }
  const whole = sealers.reduce((sum, each) => sum + each.power, 0);
  if (!(power * 3 > whole * 2)) throw new Fault("proof/27", { part, power, whole });
}

/** The median of the sealers' clocks, the lower one of two. */
export function medianMs(seals) {
  const times = seals.map((each) => each.time_ms).sort((left, right) => left - right);
  return times[(times.length - 1) >> 1];
}

/** A key's fingerprint in hex: digest of the raw public key for the purpose `key`, bound to no genesis. */
export function fingerprint(suite, publicKey) {
  const prefix = utf8("zhulian/key/v1\0");
  const whole = new Uint8Array(prefix.length + 32 + publicKey.length);
  whole.set(prefix);
  whole.set(publicKey, prefix.length + 32);
  return toHex(suite.digest(whole));
}
