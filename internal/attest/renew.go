package attest

import (
	"context"
	"errors"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/profile"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Renew settles whether the attestations of an organization hold, once a transaction
// has written what they speak of. What holds again, because the content is again what
// was attested, counts again.
func Renew(t *record.Tx, organization string) error {
	attestations, err := profile.Attested(t, organization)
	if err != nil || len(attestations) == 0 {
		return err
	}
	p, err := profile.Stated(t, organization)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was deleted in the same transaction
	}
	if err != nil {
		return err
	}
	today := t.Now.Format(time.DateOnly)
	for _, one := range attestations {
		holds := p.Holds(one, today)
		if holds == one.GetHolds() {
			continue
		}
		one.Holds = holds
		if err := t.PutAsIs(one); err != nil {
			return err
		}
	}
	return nil
}

// Expire ends the attestations whose last day has passed, so that what was made of
// them is made again. It writes nothing where there are none.
func Expire(ctx context.Context, k *record.Keeper) error {
	today := k.Now().Format(time.DateOnly)
	due := map[string]bool{}
	err := k.Read(ctx, 0, func(r store.Reader) error {
		return r.List(store.KindAttestation, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if one, ok := rec.(*maecenasv1.Attestation); ok && one.GetHolds() && one.GetExpireDate() < today {
				due[resource.Subject(one.GetName())] = true
			}
			return true, ctx.Err()
		})
	})
	if err != nil || len(due) == 0 {
		return err
	}
	_, err = k.Transact(ctx, false, func(t *record.Tx) error {
		for organization := range due {
			if err := Renew(t, organization); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}
