package find

import (
	"context"
	"sync"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/duplicates"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Twins finds likely duplicates and keeps those of the last revision that was
// asked for, so that pages of one list do not work them out again. It is safe
// for concurrent use; the zero value is ready.
type Twins struct {
	working  sync.Mutex
	revision int64
	pairs    []*maecenasv1.LikelyDuplicate
	done     bool
}

// List returns all organizations that are likely the same one twice, the
// likeliest first; it is to be read only. Errors are those of the store and the
// context's.
func (t *Twins) List(ctx context.Context, r store.Reader) ([]*maecenasv1.LikelyDuplicate, error) {
	t.working.Lock()
	defer t.working.Unlock()
	if t.done && t.revision == r.Revision() {
		return t.pairs, nil
	}
	var names []string
	var organizations []duplicates.Organization
	err := r.List(store.KindOrganization, store.ListOptions{}, func(_ store.Cursor, record store.Record) (bool, error) {
		if o, ok := record.(*maecenasv1.Organization); ok {
			names, organizations = append(names, o.GetName()), append(organizations, compared(o))
		}
		return true, ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	found := duplicates.Find(organizations)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pairs := make([]*maecenasv1.LikelyDuplicate, len(found))
	for i, pair := range found {
		pairs[i] = &maecenasv1.LikelyDuplicate{Organization: names[pair.Older], Duplicate: names[pair.Newer]}
		for _, reason := range pair.Reasons {
			pairs[i].Reasons = append(pairs[i].Reasons, string(reason))
		}
	}
	t.revision, t.pairs, t.done = r.Revision(), pairs, true
	return pairs, nil
}

// compared is what is compared of an organization.
func compared(o *maecenasv1.Organization) duplicates.Organization {
	one := duplicates.Organization{
		Name: o.GetDisplayName(), WebsiteURI: o.GetWebsiteUri(), CountryCode: o.GetPlace().GetCountryCode(),
		RegionCode: o.GetPlace().GetRegionCode(), Locality: o.GetPlace().GetLocality(),
	}
	for _, id := range o.GetExternalIds() {
		one.ExternalIDs = append(one.ExternalIDs, id.GetId())
	}
	return one
}
