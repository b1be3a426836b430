package record

import (
	"context"
	"errors"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Eyes read one state of the store as a caller may see it.
type Eyes struct {
	// Reader reads the records as they are.
	store.Reader
	// Sight says what exists for the caller.
	auth.Sight

	organizations map[string]*maecenasv1.Organization
	investors     map[string]*maecenasv1.Investor
}

func (k *Keeper) eyes(ctx context.Context, r store.Reader) *Eyes {
	return &Eyes{
		Reader: r, Sight: k.Sight(ctx),
		organizations: map[string]*maecenasv1.Organization{}, investors: map[string]*maecenasv1.Investor{},
	}
}

// OrganizationOf reads the organization that a name is below, as it is, with the
// view in which it exists for the caller; false where it does not. Within a state
// it is read once.
func (e *Eyes) OrganizationOf(name string) (*maecenasv1.Organization, auth.View, bool, error) {
	o, err := remembered(e, e.organizations, resource.Subject(name))
	if o == nil || err != nil {
		return nil, 0, false, err
	}
	view, ok := e.Organization(o)
	return o, view, ok, nil
}

// InvestorOf is OrganizationOf for the investor that a name is below.
func (e *Eyes) InvestorOf(name string) (*maecenasv1.Investor, auth.View, bool, error) {
	i, err := remembered(e, e.investors, resource.Subject(name))
	if i == nil || err != nil {
		return nil, 0, false, err
	}
	view, ok := e.Investor(i)
	return i, view, ok, nil
}

// most is how many subjects are remembered at a time.
const most = 4096

// remembered reads a subject once; nil where there is none.
func remembered[M any, T interface {
	*M
	store.Record
}](r store.Reader, memory map[string]T, name string) (T, error) {
	if one, ok := memory[name]; ok {
		return one, nil
	}
	var one T = new(M)
	err := r.Get(name, one)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrInvalid) {
		one, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(memory) >= most {
		clear(memory)
	}
	memory[name] = one
	return one, nil
}

// exists answers whether the organization, investor or principal that a name is below
// exists for the caller; a principal does for itself and for who administers.
func (e *Eyes) exists(name string) (bool, error) {
	var ok bool
	var err error
	if resource.Valid(resource.Principal, resource.Subject(name)) {
		return e.Caller.RoleOn(name) >= auth.RoleViewer, nil
	}
	if resource.Valid(resource.Investor, resource.Subject(name)) {
		_, _, ok, err = e.InvestorOf(name)
	} else {
		_, _, ok, err = e.OrganizationOf(name)
	}
	return ok, err
}
