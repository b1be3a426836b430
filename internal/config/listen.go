package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// ErrNotLoopback is the reason why an address that others could reach is
// refused.
var ErrNotLoopback = errors.New("is not a loopback address: until accounts exist, whoever reaches the server " +
	"administers it, so it listens on 127.0.0.1, [::1] or localhost only")

// CheckListen returns what is wrong with an address to listen on.
func CheckListen(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("is no host:port, such as 127.0.0.1:8080")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("has the port %q, which is none from 0 to 65535", port)
	} else if n > 0 && strconv.FormatUint(n, 10) != port {
		return fmt.Errorf("has the port %q: write it as %d", port, n)
	}
	if host == "localhost" {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Unmap().IsLoopback() {
		return ErrNotLoopback
	}
	return nil
}
