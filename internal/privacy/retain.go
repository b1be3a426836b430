package privacy

import (
	"context"
	"errors"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Retention is how many days what has ended is kept; 0: for good. Sessions and
// one-time links go when they end, which package account sees to.
type Retention struct {
	// Consents is for consents, from when they are withdrawn.
	Consents int
	// Introductions is for those that were declined or withdrawn, from then on.
	Introductions int
	// Assessments is for all but the newest, from when they were made.
	Assessments int
	// Audit is for entries of the audit log, from when they were written. The last
	// entry is always kept, so that the chain goes on.
	Audit int
}

// sweptAtOnce is how many records one transaction lets go.
const sweptAtOnce = 500

// ended is what may be let go of a kind.
type ended struct {
	kind store.Kind
	// find returns the names of what ended before a time.
	find func(r store.Reader, before time.Time) ([]string, error)
	// still answers whether a record ended before a time, as it is now.
	still func(rec store.Record, before time.Time) bool
	days  int
}

// rules are what is let go, in order. The audit log is last: it tells of the rest.
func (r Retention) rules() []ended {
	return []ended{
		{kind: store.KindConsent, days: r.Consents, find: named(store.KindConsent, consentEnded), still: consentEnded},
		{kind: store.KindIntroduction, days: r.Introductions, find: named(store.KindIntroduction, introductionEnded), still: introductionEnded},
		{kind: store.KindAssessment, days: r.Assessments, find: oldAssessments, still: assessmentEnded},
		{kind: store.KindAuditEntry, days: r.Audit, find: oldEntries, still: entryEnded},
	}
}

func consentEnded(rec store.Record, before time.Time) bool {
	c, ok := rec.(*maecenasv1.Consent)
	return ok && c.GetWithdrawTime() != nil && c.GetWithdrawTime().AsTime().Before(before)
}

func introductionEnded(rec store.Record, before time.Time) bool {
	i, ok := rec.(*maecenasv1.Introduction)
	over := i.GetState() == maecenasv1.Introduction_DECLINED || i.GetState() == maecenasv1.Introduction_WITHDRAWN
	return ok && over && i.GetUpdateTime().AsTime().Before(before)
}

func assessmentEnded(rec store.Record, before time.Time) bool {
	a, ok := rec.(*maecenasv1.Assessment)
	return ok && a.GetCreateTime().AsTime().Before(before)
}

func entryEnded(rec store.Record, before time.Time) bool {
	e, ok := rec.(*maecenasv1.AuditEntry)
	return ok && e.GetEntryTime().AsTime().Before(before)
}

// named finds the records of a kind that are over.
func named(kind store.Kind, over func(store.Record, time.Time) bool) func(store.Reader, time.Time) ([]string, error) {
	return func(r store.Reader, before time.Time) ([]string, error) {
		var names []string
		err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if over(rec, before) {
				names = append(names, rec.GetName())
			}
			return true, nil
		})
		return names, err
	}
}

// oldEntries finds the beginning of the audit log that is over, without its last
// entry: what is kept is one piece.
func oldEntries(r store.Reader, before time.Time) ([]string, error) {
	var names []string
	last := ""
	err := r.List(store.KindAuditEntry, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if last != "" {
			names = append(names, last)
		}
		last = rec.GetName()
		return entryEnded(rec, before), nil
	})
	return names, err
}

// oldAssessments finds the assessments that are over, but for the newest of an
// organization and for those that one which is kept refers to.
func oldAssessments(r store.Reader, before time.Time) ([]string, error) {
	var names []string
	var one history
	err := r.List(store.KindAssessment, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
		a, ok := rec.(*maecenasv1.Assessment)
		if !ok {
			return true, nil
		}
		if subject := store.SubjectName(a.GetName()); subject != one.subject {
			names = append(names, one.over()...)
			one = history{subject: subject}
		}
		one.add(a, assessmentEnded(a, before))
		return true, nil
	})
	return append(names, one.over()...), err
}

// history is the assessments of one organization, oldest first.
type history struct {
	subject string
	old     []string
	kept    map[string]bool
	last    *maecenasv1.Assessment
}

func (h *history) add(a *maecenasv1.Assessment, old bool) {
	h.last = a
	if old {
		h.old = append(h.old, a.GetName())
		return
	}
	h.keep(a)
}

func (h *history) keep(a *maecenasv1.Assessment) {
	if h.kept == nil {
		h.kept = map[string]bool{}
	}
	h.kept[a.GetName()], h.kept[a.GetCounterpart()] = true, true
}

func (h *history) over() []string {
	if h.last != nil {
		h.keep(h.last)
	}
	var names []string
	for _, name := range h.old {
		if !h.kept[name] {
			names = append(names, name)
		}
	}
	return names
}

// Sweep lets go what has ended longer ago than it is to be kept, and returns how
// many records that were. Then no byte of them is left in the store.
func (p *Privacy) Sweep(ctx context.Context) (int, error) {
	ctx = auth.WithAction(ctx, "retention.sweep")
	now := p.keeper.Now()
	total := 0
	for _, rule := range p.retention.rules() {
		if rule.days <= 0 {
			continue
		}
		n, err := p.let(ctx, rule, now.AddDate(0, 0, -rule.days))
		total += n
		if err != nil {
			return total, err
		}
	}
	if total == 0 {
		return 0, nil
	}
	return total, fault.OfStore(p.store.Compact(ctx))
}

// let lets go what ended before a time by a rule.
func (p *Privacy) let(ctx context.Context, rule ended, before time.Time) (int, error) {
	var names []string
	err := p.keeper.Read(ctx, 0, func(r store.Reader) (err error) {
		names, err = rule.find(r, before)
		return err
	})
	if err != nil {
		return 0, err
	}
	total := 0
	for len(names) > 0 {
		batch := names[:min(sweptAtOnce, len(names))]
		names = names[len(batch):]
		removed := 0
		_, err := p.keeper.Transact(ctx, false, func(t *record.Tx) error {
			removed = 0
			for _, name := range batch {
				rec := rule.kind.New()
				err := t.Get(name, rec)
				if errors.Is(err, store.ErrNotFound) || err == nil && !rule.still(rec, before) {
					continue // it went, or began anew, meanwhile
				}
				if err != nil {
					return err
				}
				if err := t.Remove(rule.kind, name); err != nil {
					return err
				}
				removed++
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		total += removed
	}
	return total, nil
}

// KeepSweeping sweeps at once and then as often as every, until the context ends. It
// tells report what came of it.
func (p *Privacy) KeepSweeping(ctx context.Context, every time.Duration, report func(records int, err error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		records, err := p.Sweep(ctx)
		if ctx.Err() != nil {
			return
		}
		report(records, err)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
