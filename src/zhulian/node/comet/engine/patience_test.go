package main

import (
	"sync/atomic"
	"testing"
	"time"
)

const (
	most  = 500 * time.Millisecond
	quick = 30 * time.Millisecond
)

func idlePatience() *patience {
	propose, precommit := most, most
	return newPatience(&propose, &precommit, time.Now)
}

// network plays heights of an engine whose clock it sets.
type network struct {
	t         *testing.T
	at        time.Time
	propose   time.Duration
	precommit time.Duration
	patience  *patience
}

func newNetwork(t *testing.T) *network {
	n := &network{t: t, at: time.Unix(1_800_000_000, 0), propose: most, precommit: most}
	n.patience = newPatience(&n.propose, &n.precommit, func() time.Time { return n.at })
	n.at = n.at.Add(patientFor)
	return n
}

// block decides a block whose proposal takes so long; one that takes longer than the engine waits comes a round later.
func (n *network) block(took time.Duration) {
	round := int32(0)
	n.patience.written()
	if wait := n.wait(); took > wait {
		n.at = n.at.Add(2 * wait)
		took, round = quick, 1
	}
	n.at = n.at.Add(took)
	n.patience.proposed()
	n.patience.proposed() // of a later round of the same height
	n.patience.decided(round)
}

func (n *network) wait() time.Duration {
	n.t.Helper()
	propose, precommit := atomic.LoadInt64((*int64)(&n.propose)), atomic.LoadInt64((*int64)(&n.precommit))
	if propose != precommit {
		n.t.Fatalf("it waits %d for a proposal and %d for votes", propose, precommit)
	}
	return time.Duration(propose)
}

func (n *network) expect(want time.Duration) {
	n.t.Helper()
	n.patience.written()
	if got := n.wait(); got != want {
		n.t.Fatalf("it waits %s, not %s", got, want)
	}
}

func TestPatienceFollowsTheSlowestProposal(t *testing.T) {
	n := newNetwork(t)
	for range proposalsDue - 1 {
		n.block(quick)
	}
	n.expect(most) // too little is known
	n.block(quick)
	n.expect(waitBeyond + 2*quick)
	n.block(90 * time.Millisecond)
	n.expect(waitBeyond + 180*time.Millisecond)
	for range 100 {
		n.block(2 * time.Millisecond)
	}
	n.expect(waitBeyond + 180*time.Millisecond) // once in a hundred is often enough to be waited for
}

func TestPatienceNeverWaitsLessThanItsLeastOrMoreThanTheSetting(t *testing.T) {
	n := newNetwork(t)
	for range proposalsDue {
		n.block(time.Millisecond)
	}
	n.expect(waitLeast)
	n = newNetwork(t)
	for range proposalsDue {
		n.block(most - time.Millisecond)
	}
	n.expect(most)
}

func TestPatienceIsShortWithOneOfFourAway(t *testing.T) {
	n := newNetwork(t)
	for height := range 60 {
		if height%4 == 3 {
			n.block(time.Hour)
		} else {
			n.block(quick)
		}
	}
	n.expect(waitBeyond + 2*quick)
}

func TestPatienceReturnsWhereEverybodyHasBecomeSlow(t *testing.T) {
	n := newNetwork(t)
	for range proposalsDue {
		n.block(quick)
	}
	for range failedMost + 1 {
		n.block(300 * time.Millisecond)
	}
	n.expect(most)
	for range turnsKept {
		n.block(200 * time.Millisecond)
	}
	n.expect(waitBeyond + 2*200*time.Millisecond)
}

func TestPatienceHearsASlowProposerAgainAndAgain(t *testing.T) {
	n := newNetwork(t)
	lost := 0
	for height := range 4_000 {
		slow := height > 200 && height%4 == 3
		before := n.at
		if slow {
			n.block(150 * time.Millisecond)
		} else {
			n.block(quick)
		}
		if slow && n.at.Sub(before) > 150*time.Millisecond {
			lost++
		}
	}
	if n.at.Sub(time.Unix(1_800_000_000, 0)) < 2*spell*spellsKept {
		t.Fatal("the test is too short to forget anything")
	}
	if lost > 60 {
		t.Fatalf("a proposer that is slow has lost %d turns", lost)
	}
}

func TestPatienceDoesNotTakeIdlenessForSlowness(t *testing.T) {
	n := newNetwork(t)
	for range proposalsDue {
		n.block(quick)
	}
	n.patience.written()
	n.at = n.at.Add(3 * time.Second) // nothing was to be done
	n.patience.proposed()
	n.patience.decided(0)
	n.expect(waitBeyond + 2*quick)
}
