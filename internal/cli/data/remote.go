package data

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// keyVariable names the key of whoever calls, which arguments would show to others
// on the machine.
const keyVariable = "MAECENAS_KEY"

// remote is a server that a command calls.
type remote struct {
	address, key, ca string
}

func (r *remote) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.address, "server", "", "address of the gRPC of a server that has the data open, host:port")
	cmd.Flags().StringVar(&r.key, "key", "", "API key of an administrator; better in the variable "+keyVariable+", which nobody else can see")
	cmd.Flags().StringVar(&r.ca, "ca", "", "PEM file with the authority of the server's certificate; without it the system's")
}

// connect leads to the server: in clear on this machine, by TLS to all others, so
// that no key is ever sent where others listen.
func (r *remote) connect() (*grpc.ClientConn, error) {
	address, loopback := strings.TrimPrefix(r.address, "https://"), false
	if host, _, err := net.SplitHostPort(address); err != nil {
		return nil, console.Usagef("--server %s: takes host:port, as of gRPC", r.address)
	} else if ip := net.ParseIP(host); host == "localhost" || ip.IsLoopback() {
		loopback = true
	}
	security := insecure.NewCredentials()
	if !loopback || r.ca != "" || address != r.address {
		config := &tls.Config{MinVersion: tls.VersionTLS12}
		if r.ca != "" {
			pem, err := os.ReadFile(r.ca)
			if err != nil {
				return nil, err
			}
			config.RootCAs = x509.NewCertPool()
			if !config.RootCAs.AppendCertsFromPEM(pem) {
				return nil, console.Usagef("--ca %s: has no certificate in PEM", r.ca)
			}
		}
		security = credentials.NewTLS(config)
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(security))
	if err != nil {
		return nil, console.Usagef("--server %s: %v", r.address, err)
	}
	return conn, nil
}

// identify puts the key into the calls of a context.
func (r *remote) identify(ctx context.Context, c *console.Console) context.Context {
	key := r.key
	if key == "" {
		key = c.Getenv(keyVariable)
	}
	if key == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+key)
}
