"""The three modules as a plain dictionary would have them: who may do what, and what stands afterwards."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["AGENTS", "APPLIED", "HANDLES", "ORGS", "Model"]

ORGS = ("org1", "org2", "org3")
AGENTS = {"~" + "1" * 32: "org1", "~" + "2" * 32: "org2"}
HANDLES = tuple(AGENTS)
APPLIED = "applied"


@dataclass
class Model:
    """Each method answers `applied` or the number of the refusal, and changes the model where it is applied."""

    deposits: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    witnesses: list[tuple[str, str, str, str]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    suspended: list[str] = field(default_factory=list)
    proposals: dict[str, dict[str, Any]] = field(default_factory=dict)

    def active(self) -> list[str]:
        return [each for each in ORGS if each not in self.suspended]

    def authority(self, signers: list[str]) -> str | None:
        for each in sorted(signers):
            if each in self.revoked:
                return "identity/7"
            if each.partition(".")[0] in self.suspended:
                return "identity/8"
        return None

    def party(self, signers: list[str], named: str | None) -> tuple[str | None, str]:
        """The refusal, or None with the party."""
        parties = [each.partition(".")[0] for each in signers]
        if named is None:
            return (None, parties[0]) if len(dict.fromkeys(parties)) == 1 else ("identity/31", "")
        if named in parties:
            return None, named
        if named not in AGENTS:
            return "identity/32", ""
        if AGENTS[named] not in parties:
            return "identity/30", ""
        return (None, named) if f"{AGENTS[named]}.counter" in signers else ("identity/26", "")

    def deposit(self, signers: list[str], content: str, named: str | None) -> str:
        refusal = self.authority(signers)
        if refusal:
            return refusal
        refusal, party = self.party(signers, named)
        if refusal:
            return refusal
        if (content, party) in self.deposits:
            return "evidence/1"
        self.deposits[content, party] = {"signers": sorted(signers), "withdrawn": False}
        return APPLIED

    def withdraw(self, signers: list[str], content: str, named: str) -> str:
        refusal = self.authority(signers) or self.party(signers, named)[0]
        if refusal:
            return refusal
        found = self.deposits.get((content, named))
        if found is None:
            return "evidence/3"
        if found["withdrawn"]:
            return "evidence/8"
        found["withdrawn"] = True
        return APPLIED

    def witness(self, signers: list[str], content: str, named: str, kind: str) -> str:
        refusal = self.authority(signers)
        if refusal:
            return refusal
        refusal, organisation = self.party(signers, None)
        if refusal:
            return refusal
        found = self.deposits.get((content, named))
        if found is None:
            return "evidence/3"
        if found["withdrawn"]:
            return "evidence/4"
        if any(each.startswith(organisation + ".") for each in found["signers"]):
            return "evidence/6"
        if (content, named, organisation, kind) in self.witnesses:
            return "evidence/7"
        self.witnesses.append((content, named, organisation, kind))
        return APPLIED

    def revoke(self, signer: str, target: str) -> str:
        refusal = self.authority([signer])
        if refusal:
            return refusal
        organisation = target.partition(".")[0]
        is_admin = signer in (f"{organisation}.admin", f"{organisation}.second")
        if not is_admin and signer != target:
            return "identity/22"
        if target in self.revoked:
            return "identity/25"
        if all(each in (*self.revoked, target) for each in (f"{organisation}.admin", f"{organisation}.second")):
            return "identity/23"
        self.revoked.append(target)
        return APPLIED

    def propose(self, signers: list[str], identifier: str, action: tuple[str, str], closes: int) -> str:
        refusal = self.authority(signers) or self._voters(signers)
        if refusal:
            return refusal
        votes = {each.partition(".")[0]: True for each in signers}
        return self._decide(identifier, {"action": action, "closes": closes, "status": "open", "votes": votes})

    def vote(self, signers: list[str], identifier: str, yes: bool, now: int) -> str:
        refusal = self.authority(signers) or self._voters(signers)
        if refusal:
            return refusal
        found = self.proposals.get(identifier)
        if found is None:
            return "govern/6"
        if found["status"] != "open":
            return "govern/7"
        if now >= found["closes"]:
            return "govern/8"
        organisations = [each.partition(".")[0] for each in signers]
        if any(each in found["votes"] for each in organisations):
            return "govern/9"
        return self._decide(identifier, {**found, "votes": {**found["votes"], **dict.fromkeys(organisations, yes)}})

    def _voters(self, signers: list[str]) -> str | None:
        return None if all(each.endswith((".admin", ".second")) for each in signers) else "govern/2"

    def _decide(self, identifier: str, proposal: dict[str, Any]) -> str:
        active = self.active()
        votes = [proposal["votes"][each] for each in active if each in proposal["votes"]]
        needed = (2 * len(active) + 2) // 3
        if votes.count(True) >= needed:
            if not self._carry_out(*proposal["action"]):
                return "govern/10"
            proposal = {**proposal, "status": "passed"}
        elif len(active) - votes.count(False) < needed:
            proposal = {**proposal, "status": "rejected"}
        self.proposals[identifier] = proposal
        return APPLIED

    def _carry_out(self, verb: str, organisation: str) -> bool:
        if verb == "suspend":
            if organisation in self.suspended or self.active() == [organisation]:
                return False
            self.suspended.append(organisation)
            return True
        if organisation not in self.suspended:
            return False
        self.suspended.remove(organisation)
        return True
