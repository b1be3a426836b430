package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// expiryNotice is how long before a certificate ends the log begins to say so.
	expiryNotice = 14 * 24 * time.Hour
	// expiryEvery is how often it says so.
	expiryEvery = 12 * time.Hour
)

// certificate is a certificate of two files, which are read again when they
// change: whoever renews it need not know of the server.
type certificate struct {
	files [2]string // the chain and the key
	log   *slog.Logger
	now   func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	seen    [2]os.FileInfo // the files that were last read, in vain or not
}

// loadCertificate reads a certificate for the first time.
func loadCertificate(certFile, keyFile string, log *slog.Logger, now func() time.Time) (*certificate, error) {
	if certFile == "" || keyFile == "" {
		return nil, errors.New("TLS needs a certificate and its key: give --tls-cert and --tls-key")
	}
	c := &certificate{files: [2]string{certFile, keyFile}, log: log, now: now}
	if _, err := c.refresh(); err != nil {
		return nil, fmt.Errorf("TLS cannot begin: %w", err)
	}
	return c, nil
}

// config is how a listener uses the certificate. Protocols are those of ALPN.
func (c *certificate) config(protocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: protocols,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			current, err := c.refresh()
			if err != nil {
				c.log.Warn("the certificate was not read again: the one before serves on", "error", err)
			}
			return current, nil
		},
	}
}

// refresh reads the files again if they have changed since they were last read,
// and returns the certificate that serves. An error is why that is not the one of
// the files; it is told once for each change.
func (c *certificate) refresh() (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found [2]os.FileInfo
	for i, file := range c.files {
		info, err := os.Stat(file)
		if err != nil {
			if c.current != nil && c.seen[i] == nil {
				return c.current, nil // told before
			}
			c.seen[i] = nil
			return c.current, err
		}
		found[i] = info
	}
	if unchanged(c.seen[0], found[0]) && unchanged(c.seen[1], found[1]) {
		return c.current, nil
	}
	c.seen = found
	read, err := tls.LoadX509KeyPair(c.files[0], c.files[1])
	if err != nil {
		// Perhaps the key is not there yet: the next change is read again.
		return c.current, err
	}
	if c.current != nil {
		c.log.Info("the certificate was read again", "not_after", read.Leaf.NotAfter)
	}
	c.current = &read
	return c.current, nil
}

func unchanged(before, now os.FileInfo) bool {
	return before != nil && os.SameFile(before, now) && before.ModTime().Equal(now.ModTime()) && before.Size() == now.Size()
}

// leaf returns the certificate that serves.
func (c *certificate) leaf() *x509.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.Leaf
}

// gauge tells when the certificate ends.
func (c *certificate) gauge() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "maecenas_tls_certificate_not_after_seconds", Help: "When the TLS certificate ends, in seconds since 1970.",
	}, func() float64 { return float64(c.leaf().NotAfter.Unix()) })
}

// watch warns of the end of the certificate until the context ends.
func (c *certificate) watch(ctx context.Context) {
	ticker := time.NewTicker(expiryEvery)
	defer ticker.Stop()
	for {
		if _, err := c.refresh(); err != nil {
			c.log.Warn("the certificate was not read again: the one before serves on", "error", err)
		}
		c.warn()
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (c *certificate) warn() {
	end := c.leaf().NotAfter
	switch left := end.Sub(c.now()); {
	case left <= 0:
		c.log.Error("the certificate has ended: callers will refuse it", "not_after", end)
	case left < expiryNotice:
		c.log.Warn("the certificate ends soon: renew it; it is read again when its files change",
			"not_after", end, "days", int(left.Hours()/24))
	}
}
