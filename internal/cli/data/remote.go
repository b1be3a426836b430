package data

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// KeyVariable names the variable with the key of whoever calls, which arguments
// would show to others on the machine.
const KeyVariable = "MAECENAS_KEY"

// maxKeyFile is how much of a file, or of what is typed, is read for a key.
const maxKeyFile = 4 << 10

// Remote is a server that a command calls.
type Remote struct {
	// Address is that of its gRPC, host:port; empty: none is called.
	Address string
	// Key is the API key, - to read it from In, or @file; empty: that of the variable.
	Key string
	// CA is a PEM file with the authority of its certificate; empty: the system's.
	CA string
}

// Flags adds the flags that say which server, and as whom.
func (r *Remote) Flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&r.Address, "server", "", "address of a server's gRPC, host:port, in place of the data folder")
	flags.StringVar(&r.Key, "key", "", "API key for it: @FILE, or - to read it; better in the variable "+KeyVariable+" than in the open")
	flags.StringVar(&r.CA, "ca", "", "PEM file with the authority of its certificate; without it the system's")
}

// Connect leads to the server, with the key in every call: in clear on this machine,
// by TLS to all others, so that no key is ever sent where others listen.
func (r *Remote) Connect(c *console.Console) (*grpc.ClientConn, error) {
	key, err := r.key(c)
	if err != nil {
		return nil, err
	}
	security, address, err := r.security()
	if err != nil {
		return nil, err
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(security)}
	if key != "" {
		options = append(options, grpc.WithPerRPCCredentials(bearer(key)))
	}
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		return nil, console.Usagef("--server %s: %v", r.Address, err)
	}
	return conn, nil
}

func (r *Remote) security() (credentials.TransportCredentials, string, error) {
	address, secure := strings.CutPrefix(r.Address, "https://")
	address = strings.TrimPrefix(address, "http://")
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", console.Usagef("--server %s: takes host:port, as of gRPC", r.Address)
	}
	if !secure && r.CA == "" && (host == "localhost" || net.ParseIP(host).IsLoopback()) {
		return insecure.NewCredentials(), address, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.CA != "" {
		pem, err := os.ReadFile(r.CA)
		if err != nil {
			return nil, "", err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, "", console.Usagef("--ca %s: has no certificate in PEM", r.CA)
		}
	}
	return credentials.NewTLS(config), address, nil
}

// key is the key that was named. No error repeats it.
func (r *Remote) key(c *console.Console) (string, error) {
	text := r.Key
	switch {
	case text == "":
		text = c.Getenv(KeyVariable)
	case text == "-":
		typed, err := io.ReadAll(io.LimitReader(c.In, maxKeyFile))
		if err != nil {
			return "", err
		}
		text = string(typed)
	case strings.HasPrefix(text, "@"):
		file, err := os.Open(text[1:])
		if err != nil {
			return "", err
		}
		defer func() { _ = file.Close() }()
		read, err := io.ReadAll(io.LimitReader(file, maxKeyFile))
		if err != nil {
			return "", err
		}
		text = string(read)
	}
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", console.Usagef("what --key or %s names is no key", KeyVariable)
	}
	return text, nil
}

// bearer is a key that goes with every call.
type bearer string

// GetRequestMetadata returns it as the API takes it.
func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity is false: Connect sees to it that what is not TLS stays on
// this machine.
func (bearer) RequireTransportSecurity() bool { return false }
