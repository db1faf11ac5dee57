package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	abcicli "github.com/cometbft/cometbft/abci/client"
	"github.com/cometbft/cometbft/abci/types"
	cmtnet "github.com/cometbft/cometbft/libs/net"
	"github.com/cometbft/cometbft/libs/service"
)

// The module's own socket client starts a timer of 20 nanoseconds with every request, whose goroutine runs round and round until
// the sender is ready, and has every request followed by a question to flush, which the ledger must answer too. With more
// processes than cores that took more than half of an engine's time. This client says the same on the wire, but sends what is
// queued as soon as nothing more is, and asks to flush only where the engine itself does.

const (
	queueLength   = 1024
	dialAgainSecs = 1
)

var errEnded = errors.New("the connection to the ledger has ended")

func isSocket(address string) bool {
	return strings.HasPrefix(address, "unix://") || strings.HasPrefix(address, "tcp://")
}

type socketCreator struct {
	address  string
	pace     *pace
	patience *patience
}

func (c socketCreator) NewABCIClient() (abcicli.Client, error) {
	return newSocketClient(c.address, c.pace.hurry, c.patience), nil
}

// socketClient speaks ABCI over one connection: requests go out in their order, and answers come back in the same.
type socketClient struct {
	service.BaseService

	address  string
	asking   func() // told of every request
	patience *patience
	conn     net.Conn
	queue    chan *abcicli.ReqRes
	ended    chan struct{} // closed when the client stops

	mutex    sync.Mutex // guards what follows
	err      error
	callback abcicli.Callback
	awaited  []*abcicli.ReqRes // sent or about to be, oldest first
}

var _ abcicli.Client = (*socketClient)(nil)

func newSocketClient(address string, asking func(), patience *patience) *socketClient {
	client := &socketClient{
		address: address, asking: asking, patience: patience,
		queue: make(chan *abcicli.ReqRes, queueLength), ended: make(chan struct{}),
	}
	client.BaseService = *service.NewBaseService(nil, "ledger", client)
	return client
}

// OnStart connects, however long the ledger takes to open its door.
func (c *socketClient) OnStart() error {
	for {
		conn, err := cmtnet.Connect(c.address)
		if err == nil {
			c.conn = conn
			break
		}
		c.Logger.Error("the ledger does not answer yet", "address", c.address, "err", err)
		time.Sleep(dialAgainSecs * time.Second)
	}
	go c.send()
	go c.receive()
	return nil
}

// OnStop ends the connection and lets go of everybody who waits.
func (c *socketClient) OnStop() {
	close(c.ended)
	if c.conn != nil {
		c.conn.Close()
	}
	c.mutex.Lock()
	waiting := c.awaited
	c.awaited = nil
	if c.err == nil {
		c.err = errEnded
	}
	c.mutex.Unlock()
	for _, each := range waiting {
		each.Done()
	}
}

func (c *socketClient) send() {
	writer := bufio.NewWriterSize(c.conn, 256*1024)
	for {
		select {
		case each := <-c.queue:
			if err := types.WriteMessage(each.Request, writer); err != nil {
				c.fail(fmt.Errorf("writing to the ledger: %w", err))
				return
			}
			if len(c.queue) > 0 {
				continue
			}
			if err := writer.Flush(); err != nil {
				c.fail(fmt.Errorf("writing to the ledger: %w", err))
				return
			}
		case <-c.ended:
			return
		}
	}
}

func (c *socketClient) receive() {
	reader := bufio.NewReaderSize(c.conn, 64*1024)
	for c.IsRunning() {
		answer := &types.Response{}
		if err := types.ReadMessage(reader, answer); err != nil {
			c.fail(fmt.Errorf("reading from the ledger: %w", err))
			return
		}
		if exception := answer.GetException(); exception != nil {
			c.fail(errors.New(exception.Error))
			return
		}
		if err := c.settle(answer); err != nil {
			c.fail(err)
			return
		}
	}
}

// settle gives the answer to the oldest request, whose it must be.
func (c *socketClient) settle(answer *types.Response) error {
	c.mutex.Lock()
	if len(c.awaited) == 0 {
		c.mutex.Unlock()
		return fmt.Errorf("the ledger answers %T though nothing was asked", answer.Value)
	}
	asked := c.awaited[0]
	if want, got := kind(asked.Request.Value), kind(answer.Value); want != got {
		c.mutex.Unlock()
		return fmt.Errorf("the ledger answers %s to %s", got, want)
	}
	c.awaited[0] = nil
	c.awaited = c.awaited[1:]
	callback := c.callback
	asked.Response = answer
	c.mutex.Unlock()
	asked.Done()
	if callback != nil {
		callback(asked.Request, answer)
	}
	asked.InvokeCallback()
	return nil
}

// kind names the method of a request or response: what its generated type is called after the underscore.
func kind(value any) string {
	_, method, _ := strings.Cut(fmt.Sprintf("%T", value), "_")
	return method
}

// fail keeps the first error and ends the client; the engine stops with it.
func (c *socketClient) fail(err error) {
	c.mutex.Lock()
	if c.err == nil {
		c.err = err
	}
	c.mutex.Unlock()
	if c.IsRunning() {
		c.Logger.Error("stopping", "err", err)
		if err := c.Stop(); err != nil {
			c.Logger.Error("stopping", "err", err)
		}
	}
}

// ask queues a request. Its place among the awaited is taken together with its place in the queue, so that both orders agree.
func (c *socketClient) ask(ctx context.Context, request *types.Request) (*abcicli.ReqRes, error) {
	c.asking()
	each := abcicli.NewReqRes(request)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	select {
	case c.queue <- each:
		c.awaited = append(c.awaited, each)
		return each, nil
	case <-c.ended:
		return nil, errEnded
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// call asks and waits.
func (c *socketClient) call(ctx context.Context, request *types.Request) (*types.Response, error) {
	each, err := c.ask(ctx, request)
	if err != nil {
		return nil, err
	}
	each.Wait()
	if each.Response == nil {
		return nil, c.Error()
	}
	return each.Response, nil
}

// Error says why the client has ended; nil while it runs.
func (c *socketClient) Error() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.err
}

// SetResponseCallback has every answer shown to callback.
func (c *socketClient) SetResponseCallback(callback abcicli.Callback) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.callback = callback
}

// CheckTxAsync asks about a transaction and does not wait.
func (c *socketClient) CheckTxAsync(ctx context.Context, request *types.RequestCheckTx) (*abcicli.ReqRes, error) {
	return c.ask(ctx, types.ToRequestCheckTx(request))
}

// Flush returns when everything asked before has been answered.
func (c *socketClient) Flush(ctx context.Context) error {
	_, err := c.call(ctx, types.ToRequestFlush())
	return err
}

// Echo returns what it is given, by way of the ledger.
func (c *socketClient) Echo(ctx context.Context, message string) (*types.ResponseEcho, error) {
	answer, err := c.call(ctx, types.ToRequestEcho(message))
	return answer.GetEcho(), err
}

func (c *socketClient) Info(ctx context.Context, request *types.RequestInfo) (*types.ResponseInfo, error) {
	answer, err := c.call(ctx, types.ToRequestInfo(request))
	return answer.GetInfo(), err
}

func (c *socketClient) Query(ctx context.Context, request *types.RequestQuery) (*types.ResponseQuery, error) {
	answer, err := c.call(ctx, types.ToRequestQuery(request))
	return answer.GetQuery(), err
}

func (c *socketClient) CheckTx(ctx context.Context, request *types.RequestCheckTx) (*types.ResponseCheckTx, error) {
	answer, err := c.call(ctx, types.ToRequestCheckTx(request))
	return answer.GetCheckTx(), err
}

func (c *socketClient) InsertTx(ctx context.Context, request *types.RequestInsertTx) (*types.ResponseInsertTx, error) {
	answer, err := c.call(ctx, types.ToRequestInsertTx(request))
	return answer.GetInsertTx(), err
}

func (c *socketClient) ReapTxs(ctx context.Context, request *types.RequestReapTxs) (*types.ResponseReapTxs, error) {
	answer, err := c.call(ctx, types.ToRequestReapTxs(request))
	return answer.GetReapTxs(), err
}

func (c *socketClient) InitChain(ctx context.Context, request *types.RequestInitChain) (*types.ResponseInitChain, error) {
	answer, err := c.call(ctx, types.ToRequestInitChain(request))
	return answer.GetInitChain(), err
}

func (c *socketClient) PrepareProposal(ctx context.Context, request *types.RequestPrepareProposal) (*types.ResponsePrepareProposal, error) {
	answer, err := c.call(ctx, types.ToRequestPrepareProposal(request))
	return answer.GetPrepareProposal(), err
}

func (c *socketClient) ProcessProposal(ctx context.Context, request *types.RequestProcessProposal) (*types.ResponseProcessProposal, error) {
	c.patience.proposed()
	answer, err := c.call(ctx, types.ToRequestProcessProposal(request))
	return answer.GetProcessProposal(), err
}

func (c *socketClient) ExtendVote(ctx context.Context, request *types.RequestExtendVote) (*types.ResponseExtendVote, error) {
	answer, err := c.call(ctx, types.ToRequestExtendVote(request))
	return answer.GetExtendVote(), err
}

func (c *socketClient) VerifyVoteExtension(
	ctx context.Context, request *types.RequestVerifyVoteExtension,
) (*types.ResponseVerifyVoteExtension, error) {
	answer, err := c.call(ctx, types.ToRequestVerifyVoteExtension(request))
	return answer.GetVerifyVoteExtension(), err
}

func (c *socketClient) FinalizeBlock(ctx context.Context, request *types.RequestFinalizeBlock) (*types.ResponseFinalizeBlock, error) {
	c.patience.decided(request.DecidedLastCommit.Round)
	answer, err := c.call(ctx, types.ToRequestFinalizeBlock(request))
	return answer.GetFinalizeBlock(), err
}

func (c *socketClient) Commit(ctx context.Context, _ *types.RequestCommit) (*types.ResponseCommit, error) {
	answer, err := c.call(ctx, types.ToRequestCommit())
	c.patience.written()
	return answer.GetCommit(), err
}

func (c *socketClient) ListSnapshots(ctx context.Context, request *types.RequestListSnapshots) (*types.ResponseListSnapshots, error) {
	answer, err := c.call(ctx, types.ToRequestListSnapshots(request))
	return answer.GetListSnapshots(), err
}

func (c *socketClient) OfferSnapshot(ctx context.Context, request *types.RequestOfferSnapshot) (*types.ResponseOfferSnapshot, error) {
	answer, err := c.call(ctx, types.ToRequestOfferSnapshot(request))
	return answer.GetOfferSnapshot(), err
}

func (c *socketClient) LoadSnapshotChunk(
	ctx context.Context, request *types.RequestLoadSnapshotChunk,
) (*types.ResponseLoadSnapshotChunk, error) {
	answer, err := c.call(ctx, types.ToRequestLoadSnapshotChunk(request))
	return answer.GetLoadSnapshotChunk(), err
}

func (c *socketClient) ApplySnapshotChunk(
	ctx context.Context, request *types.RequestApplySnapshotChunk,
) (*types.ResponseApplySnapshotChunk, error) {
	answer, err := c.call(ctx, types.ToRequestApplySnapshotChunk(request))
	return answer.GetApplySnapshotChunk(), err
}
