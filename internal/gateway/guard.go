package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	// strictPolicy lets a browser load nothing because of an answer.
	strictPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// webPolicy lets the web app load what this server has, and no script or style
	// that stands in a page.
	webPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	// deniedFeatures are what a browser has and this server never asks for.
	deniedFeatures = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()"
	// httpsOnly makes a browser use TLS with this host, for a year.
	httpsOnly = "max-age=31536000"
)

// What pages of listed origins may send and see, beside what every page may.
const (
	sharedVerbs    = "GET, HEAD, POST, PATCH, DELETE"
	sharedHeaders  = "Authorization, Content-Type, X-Request-Id"
	exposedHeaders = "Maecenas-Next-Page-Token, Maecenas-Revision, Retry-After, WWW-Authenticate, X-Request-Id"
	sharedSeconds  = "600"
)

// origins decides what pages of other origins may send.
type origins struct {
	listed map[string]bool
	// own lets through what comes from pages of this server, or from no page; open
	// what comes from listed origins, too.
	own, open *http.CrossOriginProtection
}

func newOrigins(list []string) (origins, error) {
	o := origins{listed: map[string]bool{}, own: http.NewCrossOriginProtection(), open: http.NewCrossOriginProtection()}
	var errs []error
	for _, origin := range list {
		if err := o.open.AddTrustedOrigin(origin); err != nil {
			errs = append(errs, fmt.Errorf("origin %q: %w", origin, err))
		}
		o.listed[origin] = true
	}
	return o, errors.Join(errs...)
}

// foreign tells whether a request that changes something comes from a page that
// may not send it. With a cookie only pages of this server may, since a browser
// adds it without asking anybody; what a listed origin sends must bring
// credentials of its own.
func (o origins) foreign(r *http.Request) bool {
	if len(r.CookiesNamed(cookieName(exchangeOf(r.Context()).secure))) > 0 {
		return o.own.Check(r) != nil
	}
	return o.open.Check(r) != nil
}

// guard refuses what a page of another site could make a browser send, and tells
// browsers what they must not do with the answers. Where the server has loopback
// addresses only it must also be called by a loopback name, or a site could give
// its own name this address.
func (g *gateway) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := exchangeOf(r.Context())
		e.secure = r.TLS != nil || g.opts.BehindProxy
		harden(w.Header(), e.secure)
		shared := g.share(w.Header(), r)
		switch {
		case !g.opts.AnyHost && !g.opts.BehindProxy && !loopbackName(r.Host):
			g.fail(w, r, foreignHost())
		case !readableURL(r.URL):
			g.fail(w, r, malformed("the URL is not valid: its path and query must be UTF-8, percent-encoded", "", ""))
		case shared && r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "":
			w.WriteHeader(http.StatusNoContent)
		case g.origins.foreign(r):
			g.fail(w, r, foreignOrigin())
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func harden(header http.Header, secure bool) {
	header.Set("Content-Security-Policy", strictPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Permissions-Policy", deniedFeatures)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	if secure {
		header.Set("Strict-Transport-Security", httpsOnly)
	}
}

// share tells browsers that pages of a listed origin may read the answer, and
// returns whether the request comes from one. They are never allowed to send the
// cookie of a session.
func (g *gateway) share(header http.Header, r *http.Request) bool {
	if len(g.origins.listed) == 0 {
		return false
	}
	header.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !g.origins.listed[origin] {
		return false
	}
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Allow-Methods", sharedVerbs)
	header.Set("Access-Control-Allow-Headers", sharedHeaders)
	header.Set("Access-Control-Expose-Headers", exposedHeaders)
	header.Set("Access-Control-Max-Age", sharedSeconds)
	return true
}

// loopbackName tells whether a Host header names this machine to itself.
func loopbackName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func readableURL(u *url.URL) bool {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || !utf8.ValidString(u.Path) {
		return false
	}
	for key, values := range query {
		for _, text := range append(values, key) {
			if !utf8.ValidString(text) {
				return false
			}
		}
	}
	return true
}
