package app

import (
	"context"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// LikelyDuplicates asks for organizations that are likely the same one twice.
type LikelyDuplicates struct {
	// After is how many pairs the pages before held.
	After int
	// Limit is how many at most, above 0.
	Limit int
	// MinRevision is what the data must have reached.
	MinRevision int64
}

// ListLikelyDuplicates reads a page of likely duplicates, the likeliest first,
// and tells whether there are more. It works them out once for each revision.
func (a *App) ListLikelyDuplicates(ctx context.Context, ask LikelyDuplicates) (page record.Page[*maecenasv1.LikelyDuplicate], more bool, err error) {
	err = a.keeper.Read(ctx, ask.MinRevision, func(r store.Reader) error {
		pairs, err := a.twins.List(ctx, r)
		pairs = pairs[min(ask.After, len(pairs)):]
		page = record.Page[*maecenasv1.LikelyDuplicate]{Records: pairs[:min(ask.Limit, len(pairs))], Revision: r.Revision()}
		more = len(pairs) > ask.Limit
		return err
	})
	return page, more, err
}
