// Command cometbft is CometBFT with three parts exchanged: how it speaks to the ledger (see client.go), how long its
// gossip sleeps (see pace.go), and how long it waits for a member that may be away (see patience.go).
//
// Consensus, networking, storage and every command are the pinned module's own; go.mod names its version, go.sum its digest.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/cometbft/cometbft/cmd/cometbft/commands"
	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/libs/cli"
	"github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
)

func main() {
	root := commands.RootCmd
	root.AddCommand(
		commands.InitFilesCmd,
		commands.TestnetFilesCmd,
		commands.ShowNodeIDCmd,
		commands.ShowValidatorCmd,
		commands.VersionCmd,
		commands.RollbackStateCmd,
		commands.CompactGoLevelDBCmd,
		commands.InspectCmd,
		commands.NewRunNodeCmd(newNode),
	)
	home := os.ExpandEnv(filepath.Join("$HOME", config.DefaultCometDir))
	if err := cli.PrepareBaseCmd(root, "CMT", home).Execute(); err != nil {
		os.Exit(1)
	}
}

// newNode makes the node as node.DefaultNewNode does, but for client, pace and patience where the ledger is reached over a socket.
func newNode(settings *config.Config, logger log.Logger) (*node.Node, error) {
	key, err := p2p.LoadOrGenNodeKey(settings.NodeKeyFile())
	if err != nil {
		return nil, fmt.Errorf("node key %s: %w", settings.NodeKeyFile(), err)
	}
	creator := proxy.DefaultClientCreator(settings.ProxyApp, settings.ABCI, settings.DBDir())
	if isSocket(settings.ProxyApp) && settings.ABCI == "socket" {
		consensus := settings.Consensus
		creator = socketCreator{
			settings.ProxyApp,
			newPace(&consensus.PeerGossipSleepDuration),
			newPatience(&consensus.TimeoutPropose, &consensus.TimeoutPrecommit, time.Now),
		}
	}
	return node.NewNode(
		settings,
		privval.LoadOrGenFilePV(settings.PrivValidatorKeyFile(), settings.PrivValidatorStateFile()),
		key,
		creator,
		node.DefaultGenesisDocProviderFunc(settings),
		config.DefaultDBProvider,
		node.DefaultMetricsProvider(settings.Instrumentation),
		logger,
	)
}
