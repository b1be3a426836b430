package interceptor

import (
	"context"
	"net"
	"strings"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
)

const (
	// SessionKey is the metadata key of a session's token; the gateway sets it from
	// the cookie, and takes it out of the answer to a sign-in for the cookie.
	SessionKey = "maecenas-session"
	// AddressKey is the metadata key in which the gateway tells the address that a
	// request came from. It is taken from the private connection alone.
	AddressKey = "maecenas-caller-address"

	authorizationKey = "authorization"
	forwardedKey     = "x-forwarded-for"
	// privateNetwork is the network of the in-process connection of the gateway,
	// which nobody else can reach.
	privateNetwork = "bufconn"
)

type addressKey struct{}

// AddressFromContext returns the IP address that the call came from, without a
// port; empty outside of a call.
func AddressFromContext(ctx context.Context) string {
	address, _ := ctx.Value(addressKey{}).(string)
	return address
}

// withAddress finds where a call came from: what the gateway says, what the
// proxy in front says where there is one, else who is connected.
func withAddress(ctx context.Context, behindProxy bool) context.Context {
	return context.WithValue(ctx, addressKey{}, callerAddress(ctx, behindProxy))
}

func callerAddress(ctx context.Context, behindProxy bool) string {
	from, ok := peer.FromContext(ctx)
	if !ok || from.Addr == nil {
		return ""
	}
	if from.Addr.Network() == privateNetwork {
		return last(metadata.ValueFromIncomingContext(ctx, AddressKey))
	}
	if behindProxy {
		// What stands last was written by the proxy; the rest anybody may have.
		list := last(metadata.ValueFromIncomingContext(ctx, forwardedKey))
		if address := strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:]); address != "" {
			return address
		}
	}
	if host, _, err := net.SplitHostPort(from.Addr.String()); err == nil {
		return host
	}
	return from.Addr.String()
}

// hasCredentials tells whether a call brings any, good or not.
func hasCredentials(ctx context.Context) bool {
	return last(metadata.ValueFromIncomingContext(ctx, authorizationKey)) != "" ||
		last(metadata.ValueFromIncomingContext(ctx, SessionKey)) != ""
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}
