package main

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestPaceIsQuickWhileSomethingHappensAndSlowAfterwards(t *testing.T) {
	setting := 20 * time.Millisecond
	pace := newPace(&setting)
	now := func() time.Duration { return time.Duration(atomic.LoadInt64((*int64)(&setting))) }
	if now() != idleSleep {
		t.Fatalf("it begins with %s", now())
	}
	for range 4 {
		pace.hurry()
		if now() != busySleep {
			t.Fatalf("something happens, and the sleep is %s", now())
		}
		time.Sleep(idleAfter / 2)
	}
	for until := time.Now().Add(5 * idleAfter); now() != idleSleep; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it never slows down")
		}
	}
	pace.hurry()
	if now() != busySleep {
		t.Fatal("it is quick once only")
	}
}
