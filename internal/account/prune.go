package account

import (
	"context"
	"time"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Prune removes the sessions and links that have ended, and of keys the secrets
// before that are no longer taken. Keys that have ended stay, for people to see.
func (a *Accounts) Prune(ctx context.Context) error {
	_, err := a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		ended := func(at interface{ AsTime() time.Time }) bool { return !at.AsTime().After(t.Now) }
		if err := removeLinks(t, func(l *link) bool { return ended(l.GetExpireTime()) }); err != nil {
			return err
		}
		var gone []string
		err := t.List(store.KindSession, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if session, ok := rec.(*storagev1.Session); ok && ended(session.GetExpireTime()) {
				gone = append(gone, session.GetName())
			}
			return true, ctx.Err()
		})
		if err != nil {
			return err
		}
		for _, name := range gone {
			if err := t.Remove(store.KindSession, name); err != nil {
				return err
			}
		}
		var stale []*storagev1.KeySecret
		err = t.List(store.KindKeySecret, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if kept, ok := rec.(*storagev1.KeySecret); ok && len(kept.GetPreviousHash()) > 0 && ended(kept.GetPreviousExpireTime()) {
				stale = append(stale, kept)
			}
			return true, ctx.Err()
		})
		if err != nil {
			return err
		}
		for _, kept := range stale {
			kept.PreviousHash, kept.PreviousExpireTime = nil, nil
			if err := t.Put(kept, nil); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// KeepPruned prunes at once and then at intervals, until the context ends; failed is
// told why a time failed.
func (a *Accounts) KeepPruned(ctx context.Context, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := a.Prune(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
