package main

import (
	"sync"
	"sync/atomic"
	"time"
)

// A member that is away costs each of its turns twice: the engine waits for its proposal, and then, though all have voted for
// nothing, for votes that might still come. Both waits are settings, half a second here, and a proposal takes some ten
// milliseconds. So the waits follow what proposals really take. That is safe whatever they are: a wait that was too short costs a
// round, whose successor waits longer by the settings' deltas, round for round, and no vote is ever taken back.
//
// A proposer that is slow is not to lose its turns for good. Once in a while the engine is as patient as it was told to be, hears
// whoever is there, and remembers the slowest for several such times. Where more than a third of the turns fail, which one member that
// is away cannot cause, it is the waits that are wrong, and they are as long as they can be.

const (
	waitLeast    = 100 * time.Millisecond
	waitBeyond   = 50 * time.Millisecond // beyond twice what the slowest has taken
	spell        = 20 * time.Second      // how often it is patient
	patientFor   = time.Second
	spellsKept   = 4
	proposalsDue = 16 // what has been seen less often is not known
	turnsKept    = 12
	failedMost   = turnsKept / 3
)

// patience sets how long the engine waits for a proposal and for late votes on none.
type patience struct {
	waits []*int64 // nanoseconds; the engine's settings, which it reads anew each time
	most  time.Duration
	now   func() time.Time

	mutex     sync.Mutex
	wait      time.Duration
	committed time.Time // when the last block was written, until a proposal follows
	spells    [spellsKept]struct {
		number  int64
		slowest time.Duration
		count   int
	}
	failed [turnsKept]bool
	turn   int
	begun  time.Time
}

// newPatience takes over the settings; `propose` says the most.
func newPatience(propose, precommit *time.Duration, now func() time.Time) *patience {
	return &patience{
		waits: []*int64{(*int64)(propose), (*int64)(precommit)},
		most:  *propose,
		now:   now,
		wait:  *propose,
		begun: now(),
	}
}

// written is called when the ledger has written a block: the next proposal is due.
func (p *patience) written() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.committed = p.now()
	p.set()
}

// proposed is called when a proposal is there; the first one after a block says how long it took.
func (p *patience) proposed() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.committed.IsZero() {
		return
	}
	took := p.now().Sub(p.committed)
	p.committed = time.Time{}
	if took > p.wait { // of a later round, or after nothing was to be done
		return
	}
	number := p.spell()
	kept := &p.spells[number%spellsKept]
	if kept.number != number {
		kept.number, kept.slowest, kept.count = number, 0, 0
	}
	kept.slowest = max(kept.slowest, took)
	kept.count++
}

// decided is called with the round in which a block was decided.
func (p *patience) decided(round int32) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.failed[p.turn] = round > 0
	p.turn = (p.turn + 1) % turnsKept
}

func (p *patience) spell() int64 { return int64(p.now().Sub(p.begun) / spell) }

func (p *patience) set() {
	wait := p.due()
	if wait == p.wait {
		return
	}
	p.wait = wait
	for _, each := range p.waits {
		atomic.StoreInt64(each, int64(wait))
	}
}

// due is how long to wait now.
func (p *patience) due() time.Duration {
	failed := 0
	for _, each := range p.failed {
		if each {
			failed++
		}
	}
	if failed > failedMost || p.now().Sub(p.begun)%spell < patientFor {
		return p.most
	}
	number, count, slowest := p.spell(), 0, time.Duration(0)
	for _, each := range p.spells {
		if number-each.number < spellsKept {
			count += each.count
			slowest = max(slowest, each.slowest)
		}
	}
	if count < proposalsDue {
		return p.most
	}
	return min(p.most, max(waitLeast, waitBeyond+2*slowest))
}
