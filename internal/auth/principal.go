package auth

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Role is what somebody may do on an object, each with all before it.
type Role int

// The roles.
const (
	// RoleNone: what everybody who has signed in may.
	RoleNone Role = iota
	// RoleViewer reads what only the object's own people see.
	RoleViewer
	// RoleEditor writes it.
	RoleEditor
	// RoleOwner deletes it, and says who else may do what.
	RoleOwner
)

// Installation is the name of the whole, as memberships state it.
const Installation = "installation"

// Principal is somebody who calls, as it may do at that moment: a person or a
// service account. It does not change once made.
type Principal struct {
	// Name is the resource name, principals/{principal}; empty for a caller without credentials.
	Name string
	// UID is the principal's uid, by which the audit log knows it.
	UID string
	// Administrator is true for who may do everything in the installation.
	Administrator bool
	// Auditor is true for who may read the audit log.
	Auditor bool
	// Verifier is true for who attests facts and verifies investors.
	Verifier bool
	// ReadOnly is true for the holder of a key that may only read.
	ReadOnly bool
	// Session is the name of the session that the call came with; empty for a key.
	Session string
	// ExpireTime is when the key or session ends; zero: it does not by itself.
	ExpireTime time.Time

	grants map[string]Role // by organization or investor
	scopes []string        // of the key; none: no bounds
}

// Local is who works on a data folder by the command line: whoever can read the
// file can read everything in it.
func Local() *Principal {
	return &Principal{Name: "principals/local", Administrator: true}
}

// Anonymous is a caller without credentials.
func Anonymous() *Principal { return &Principal{} }

// RoleOn returns what the principal may do on an object: an organization, an
// investor, a record below one, itself, or the Installation.
func (p *Principal) RoleOn(object string) Role {
	if !p.covers(object) {
		return RoleNone
	}
	switch {
	case p.Administrator:
		return RoleOwner
	case object == Installation || object == "":
		return RoleNone
	case p.Name != "" && subjectOf(object) == p.Name:
		return RoleOwner
	default:
		return p.grants[subjectOf(object)]
	}
}

// Unbounded answers whether the principal administers the installation by
// credentials that no scope bounds.
func (p *Principal) Unbounded() bool { return p.Administrator && len(p.scopes) == 0 }

// Bounded answers whether the principal calls with a key that is of some objects
// alone.
func (p *Principal) Bounded() bool { return len(p.scopes) > 0 }

// covers answers whether the scopes of the key reach an object.
func (p *Principal) covers(object string) bool {
	if len(p.scopes) == 0 {
		return true
	}
	return slices.ContainsFunc(p.scopes, func(scope string) bool {
		return object == scope || strings.HasPrefix(object, scope+"/")
	})
}

// Sides returns the organizations and investors that the principal belongs to, in
// order of their names, as far as its key reaches something of them.
func (p *Principal) Sides() (organizations, investors []string) {
	for _, name := range slices.Sorted(maps.Keys(p.grants)) {
		if !p.reaches(name) {
			continue
		}
		if strings.HasPrefix(name, "investors/") {
			investors = append(investors, name)
		} else {
			organizations = append(organizations, name)
		}
	}
	return organizations, investors
}

// reaches answers whether a scope of the key is a subject, or lies below it.
func (p *Principal) reaches(subject string) bool {
	return len(p.scopes) == 0 || slices.ContainsFunc(p.scopes, func(scope string) bool { return subjectOf(scope) == subject })
}

// subjectOf returns the first two segments of a name.
func subjectOf(name string) string {
	collection, rest, ok := strings.Cut(name, "/")
	if !ok {
		return name
	}
	id, _, _ := strings.Cut(rest, "/")
	return collection + "/" + id
}

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

type actionKey struct{}

// WithAction returns a context whose work is done under a permission, such as
// needs.update: what the audit log calls it.
func WithAction(ctx context.Context, permission string) context.Context {
	return context.WithValue(ctx, actionKey{}, permission)
}

// Action returns the permission under which work is done; empty where none was set.
func Action(ctx context.Context) string {
	permission, _ := ctx.Value(actionKey{}).(string)
	return permission
}

// Insider returns who sees what the people of an organization or investor see, or
// what a principal sees of itself: for what the program works out for them, whoever
// asked for it.
func Insider(subject string) *Principal {
	return &Principal{Name: subject, grants: map[string]Role{subject: RoleOwner}}
}

// Belongs answers whether an object is the principal's own: it is one of the people
// of its subject, or the subject itself. An administrator is not, by that alone.
func (p *Principal) Belongs(object string) bool {
	subject := subjectOf(object)
	return p.Name != "" && p.Name == subject || p.grants[subject] > RoleNone
}
