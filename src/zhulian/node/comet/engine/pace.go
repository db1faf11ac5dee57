package main

import (
	"sync/atomic"
	"time"
)

// The engine's gossip looks for something to send, and sleeps where there is nothing; a proposal, its parts and each round of
// votes wait for the end of such a sleep. A short one makes every block faster, and an idle network spends all its time waking up.
// So the sleep is short while the ledger is asked anything, and long when nothing has been asked for a while.

const (
	busySleep = 4 * time.Millisecond
	idleSleep = 40 * time.Millisecond
	idleAfter = time.Second
)

// pace sets the sleep of the gossip, which reads its length anew each time.
type pace struct {
	sleep *int64 // nanoseconds; the engine's setting, of which it holds the only other pointer
	asked atomic.Int64
	busy  atomic.Bool
	begun time.Time
}

// newPace takes over the setting and begins slowly.
func newPace(setting *time.Duration) *pace {
	found := &pace{sleep: (*int64)(setting), begun: time.Now()}
	found.set(idleSleep)
	return found
}

func (p *pace) set(sleep time.Duration) { atomic.StoreInt64(p.sleep, int64(sleep)) }

// hurry is called whenever something happens.
func (p *pace) hurry() {
	p.asked.Store(int64(time.Since(p.begun)))
	if !p.busy.Swap(true) {
		p.set(busySleep)
		time.AfterFunc(idleAfter, p.look)
	}
}

// look slows down if nothing has happened for so long, and else looks again later.
func (p *pace) look() {
	if left := idleAfter - (time.Since(p.begun) - time.Duration(p.asked.Load())); left > 0 {
		time.AfterFunc(left, p.look)
		return
	}
	p.set(idleSleep)
	p.busy.Store(false)
	if time.Since(p.begun)-time.Duration(p.asked.Load()) < idleAfter { // something came in between
		p.hurry()
	}
}
