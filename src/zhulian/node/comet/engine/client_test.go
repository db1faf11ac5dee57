package main

import (
	"bufio"
	"context"
	"net"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cometbft/cometbft/abci/types"
)

// ledger answers on a socket as ours does: in the order of the questions. It holds its tongue about "wait", and fails at "fail".
func ledger(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		reader, writer := bufio.NewReader(conn), bufio.NewWriter(conn)
		for {
			asked := &types.Request{}
			if types.ReadMessage(reader, asked) != nil {
				return
			}
			answer := types.ToResponseFlush()
			switch each := asked.Value.(type) {
			case *types.Request_CheckTx:
				answer = types.ToResponseCheckTx(&types.ResponseCheckTx{Data: each.CheckTx.Tx})
			case *types.Request_Echo:
				switch each.Echo.Message {
				case "wait":
					continue
				case "fail":
					answer = types.ToResponseException("stop here")
				case "mix up":
					answer = types.ToResponseFlush()
				default:
					answer = types.ToResponseEcho(each.Echo.Message)
				}
			}
			if types.WriteMessage(answer, writer) != nil || writer.Flush() != nil {
				return
			}
		}
	}()
	return "unix://" + path
}

func started(t *testing.T) *socketClient {
	t.Helper()
	client := newSocketClient(ledger(t), func() {}, idlePatience())
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if client.IsRunning() {
			_ = client.Stop()
		}
	})
	return client
}

func TestAnswersComeInTheOrderOfTheQuestions(t *testing.T) {
	client := started(t)
	const count = 3 * queueLength
	var seen atomic.Int64
	client.SetResponseCallback(func(asked *types.Request, answer *types.Response) {
		if asked.GetCheckTx() != nil {
			if string(answer.GetCheckTx().Data) != strconv.FormatInt(seen.Load(), 10) {
				t.Errorf("answer %d is %s", seen.Load(), answer.GetCheckTx().Data)
			}
			seen.Add(1)
		}
	})
	for number := range count {
		if _, err := client.CheckTxAsync(context.Background(), &types.RequestCheckTx{Tx: []byte(strconv.Itoa(number))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	if seen.Load() != count {
		t.Fatalf("%d of %d answers are there when the flush returns", seen.Load(), count)
	}
}

func TestNobodyIsLeftWaiting(t *testing.T) {
	for _, last := range []string{"fail", "mix up", "stop"} {
		client := started(t)
		answered := make(chan error, 1)
		go func() {
			_, err := client.Echo(context.Background(), "wait")
			answered <- err
		}()
		time.Sleep(20 * time.Millisecond)
		if last == "stop" {
			_ = client.Stop()
		} else {
			_, _ = client.Echo(context.Background(), last)
		}
		select {
		case err := <-answered:
			if err == nil {
				t.Errorf("%s: the one who waited got an answer", last)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: somebody still waits", last)
		}
		if client.Error() == nil {
			t.Errorf("%s: the client says nothing of its end", last)
		}
		if _, err := client.Echo(context.Background(), "more"); err == nil {
			t.Errorf("%s: an ended client answers", last)
		}
	}
}
