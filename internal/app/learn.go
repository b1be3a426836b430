package app

import (
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/attest"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Learn learns anew, for every mandate whose investor agreed, from all deals and
// open needs, stores what changed with the mandates, and ranks by it from then on.
// It returns the revision; where nothing changed, the current one.
func (a *App) Learn(ctx context.Context) (int64, error) {
	return a.keeper.Transact(ctx, false, func(t *record.Tx) error {
		if err := a.Relearn(t); err != nil {
			return err
		}
		return t.List(store.KindInvestor, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			return true, a.learn(t, rec.GetName())
		})
	})
}

// learn stores what an investor's mandates learned. It is no write of the
// mandate's people: etag and update time stay.
func (a *App) learn(t *record.Tx, investor string) error {
	_, deals, err := matchmaker.LoadInvestor(t, investor)
	if err != nil {
		return err
	}
	return t.List(store.KindMandate, store.ListOptions{Parent: investor}, func(_ store.Cursor, rec store.Record) (bool, error) {
		m, ok := rec.(*maecenasv1.Mandate)
		if !ok {
			return true, nil
		}
		learned := a.Learned(m, deals)
		if learned.GetVersion() == m.GetLearned().GetVersion() {
			return true, nil
		}
		if learned != nil {
			learned.MakeTime = timestamppb.New(t.Now)
		}
		m.Learned = learned
		return true, t.PutAsIs(m)
	})
}

// settleMandate forgets what was learned once the investor no longer agrees.
func settleMandate(_ *record.Tx, m *maecenasv1.Mandate) error {
	if !m.GetLearnFromDeals() {
		m.Learned = nil
	}
	return nil
}

// KeepLearning learns at once and then at most as often as every, whenever
// anything changed, until the context ends; and once a day it ends the attestations
// whose last day has passed. It tells report of errors; what was learned before stays.
func (a *App) KeepLearning(ctx context.Context, every time.Duration, report func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	learned := int64(-1)
	expired := ""
	for {
		if today := a.Today(); today != expired {
			switch err := attest.Expire(ctx, a.keeper); {
			case err == nil || errors.Is(err, store.ErrReadOnly):
				expired = today
			case ctx.Err() == nil:
				report(err)
			}
		}
		if a.Revision() != learned {
			revision, err := a.Learn(ctx)
			switch {
			case err == nil:
				learned = revision
			case ctx.Err() == nil && !errors.Is(err, store.ErrReadOnly):
				report(err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
