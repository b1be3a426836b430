// Command maecenas assesses business models of cultural and creative
// organizations and matches their needs with the mandates of funders.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/maecenas-cci/maecenas/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
