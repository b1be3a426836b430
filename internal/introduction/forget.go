package introduction

import (
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Forget deletes what there is only because of a need or mandate, or of any of an
// organization or investor, that is deleted: introductions, and the marks of others.
func Forget(t *record.Tx, name string) error {
	about := func(need, mandate string) bool {
		return need == name || mandate == name || resource.Subject(need) == name || resource.Subject(mandate) == name
	}
	for _, one := range t.Keeper().Directory().Introductions("", resource.Subject(name)) {
		i := &maecenasv1.Introduction{}
		if err := fault.Optional(t.Get(one, i)); err != nil {
			return err
		}
		if i.GetName() == "" || !about(i.GetNeed(), i.GetMandate()) {
			continue
		}
		if err := t.Remove(store.KindIntroduction, one); err != nil {
			return err
		}
	}
	for _, kind := range []store.Kind{store.KindOrganizationBookmark, store.KindInvestorBookmark} {
		var marks []string
		err := t.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if b, ok := rec.(*maecenasv1.Bookmark); ok && about(b.GetNeed(), b.GetMandate()) {
				marks = append(marks, b.GetName())
			}
			return true, nil
		})
		if err != nil {
			return err
		}
		for _, mark := range marks {
			if err := t.Remove(kind, mark); err != nil {
				return err
			}
		}
	}
	return nil
}

// ForgetDeal takes a deal that is deleted out of the introduction that it came of.
func ForgetDeal(t *record.Tx, name string) error {
	return ofDeal(t, name, func(i *maecenasv1.Introduction) { i.Deal = "" })
}

// Unpublished takes back that the investor agrees to publish a deal which it no longer
// publishes, so that the organization cannot publish it again alone.
func Unpublished(t *record.Tx, name string) error {
	return ofDeal(t, name, func(i *maecenasv1.Introduction) { i.InvestorPublishes = false })
}

// ofDeal changes the introduction that a deal came of.
func ofDeal(t *record.Tx, name string, change func(*maecenasv1.Introduction)) error {
	for _, one := range t.Keeper().Directory().Introductions("", resource.Subject(name)) {
		i := &maecenasv1.Introduction{}
		if err := fault.Optional(t.Get(one, i)); err != nil {
			return err
		}
		if i.GetDeal() != name {
			continue
		}
		change(i)
		if err := t.PutAsIs(i); err != nil {
			return err
		}
	}
	return nil
}
