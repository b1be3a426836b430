package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// ErrNotLoopback is the reason why an address that others could reach is
// refused.
var ErrNotLoopback = errors.New("is not a loopback address: passwords and keys would cross the network in clear. " +
	"Give --tls-cert and --tls-key, or --behind-tls-proxy where a proxy in front ends TLS and nobody gets past it; " +
	"else listen on 127.0.0.1, [::1] or localhost")

// CheckListen returns what is wrong with an address to listen on: unless it is
// protected, by TLS here or at a proxy in front, it must be a loopback one.
func CheckListen(address string, protected bool) error {
	host, err := checkAddress(address)
	if err != nil || protected || host == "localhost" {
		return err
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Unmap().IsLoopback() {
		return ErrNotLoopback
	}
	return nil
}

// checkAddress returns the host of an address.
func checkAddress(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", errors.New("is no host:port, such as 127.0.0.1:8080")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("has the port %q, which is none from 0 to 65535", port)
	} else if n > 0 && strconv.FormatUint(n, 10) != port {
		return "", fmt.Errorf("has the port %q: write it as %d", port, n)
	}
	return host, nil
}

// origins reads origins of pages, between commas. A page without TLS may only be
// one of this machine: anybody on the way could change others.
func origins(to *[]string, value string) error {
	for origin := range strings.SplitSeq(value, ",") {
		origin = strings.TrimSpace(origin)
		if origin == "" {
			continue
		}
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.Scheme+"://"+u.Host != strings.ToLower(origin) {
			return fmt.Errorf("has %q, which is no origin such as https://app.example.org, in lower case and without a path", origin)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback()) {
			return fmt.Errorf("has %q, whose pages anybody on the way could change: use https", origin)
		}
		*to = append(*to, origin)
	}
	return nil
}
