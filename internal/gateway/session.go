package gateway

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

const (
	// sessionCookie is the cookie of a session. Over TLS its name has a prefix by
	// which browsers let nobody set it but this host, over TLS.
	sessionCookie = "maecenas_session"
	hostPrefix    = "__Host-"

	// The headers, and metadata keys, that are between the gateway and the gRPC
	// server alone: a client's own do not get through.
	sessionHeader = "Maecenas-Session"
	addressHeader = "Maecenas-Caller-Address"
)

// signOut is the method that ends a session.
const signOut protoreflect.FullName = "maecenas.v1.SessionService.SignOut"

// tokenForm is what a token looks like: metadata must hold no more than this,
// and what is none need not be asked about.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)

func cookieName(secure bool) string {
	if secure {
		return hostPrefix + sessionCookie
	}
	return sessionCookie
}

// sessionToken returns the token of the cookie that a request brings; empty if it
// brings none, two, or one that a page of another origin made a browser send:
// such a page could learn from how long the answer takes, if from nothing else.
// A person may follow a link, whoever made it.
func sessionToken(r *http.Request) string {
	cookies := r.CookiesNamed(cookieName(exchangeOf(r.Context()).secure))
	if len(cookies) != 1 || !tokenForm.MatchString(cookies[0].Value) {
		return ""
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		if r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			return ""
		}
	}
	return cookies[0].Value
}

// callerAddress returns the IP address that a request comes from. Behind a proxy
// it is what the proxy wrote last; the rest of that header anybody may have.
func (g *gateway) callerAddress(r *http.Request) string {
	if g.opts.BehindProxy {
		if values := r.Header.Values("X-Forwarded-For"); len(values) > 0 {
			list := values[len(values)-1]
			return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
		}
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

// setSession makes a cookie of the token that the server gave with an answer.
func (g *gateway) setSession(ctx context.Context, w http.ResponseWriter, answer proto.Message) {
	md, ok := runtime.ServerMetadataFromContext(ctx)
	if !ok {
		return
	}
	tokens := md.HeaderMD.Get(sessionHeader)
	if len(tokens) == 0 || !tokenForm.MatchString(tokens[len(tokens)-1]) {
		return
	}
	seconds := 0 // as long as the browser runs
	if session, ok := answer.(*maecenasv1.Session); ok && session.GetExpireTime() != nil {
		seconds = max(1, int(session.GetExpireTime().AsTime().Sub(g.opts.Now())/time.Second))
	}
	writeCookie(ctx, w, tokens[len(tokens)-1], seconds)
}

// endSession takes the cookie back, whatever becomes of the call.
func endSession(ctx context.Context, w http.ResponseWriter) { writeCookie(ctx, w, "", -1) }

func writeCookie(ctx context.Context, w http.ResponseWriter, token string, seconds int) {
	secure := exchangeOf(ctx).secure
	//nolint:gosec // Secure wherever there is TLS; without it there are loopback addresses alone
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(secure), Value: token, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}
