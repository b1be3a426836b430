package auth

import "context"

// Principal is somebody who calls: a person or a service account.
type Principal struct {
	// Name is the resource name, principals/{principal}; empty for a caller without credentials.
	Name string
	// Administrator is true for who may do everything in the installation.
	Administrator bool
}

// Local is the built-in principal of an installation without accounts. The
// server listens on loopback addresses only while it is the only one.
func Local() *Principal {
	return &Principal{Name: "principals/local", Administrator: true}
}

// Anonymous is a caller without credentials.
func Anonymous() *Principal { return &Principal{} }

type contextKey struct{}

// WithPrincipal returns a context whose caller is p.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, contextKey{}, p)
}

// FromContext returns the caller, which is [Anonymous] where none was set.
func FromContext(ctx context.Context) *Principal {
	if p, ok := ctx.Value(contextKey{}).(*Principal); ok {
		return p
	}
	return Anonymous()
}
