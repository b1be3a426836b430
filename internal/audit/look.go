package audit

import (
	"context"
	"errors"
	"sync"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/store"
)

const (
	// lookEvery is how long one line stands for all looks of a reader at an object
	// under a permission.
	lookEvery = time.Hour
	// mostLooks is how many looks are remembered; of more, lines are written anew.
	mostLooks = 1 << 16
)

// looks are when somebody last looked at something.
type looks struct {
	mu   sync.Mutex
	last map[look]time.Time
}

type look struct{ reader, permission, object string }

// due answers whether a look needs a line of its own, and remembers it.
func (l *looks) due(one look, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if before, ok := l.last[one]; ok && now.Sub(before) < lookEvery && !now.Before(before) {
		return false
	}
	if l.last == nil || len(l.last) >= mostLooks {
		l.last = map[look]time.Time{}
	}
	l.last[one] = now
	return true
}

// forget makes the next look need a line.
func (l *looks) forget(one look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.last, one)
}

// Looked notes that the caller looked at a record that is not its own, before the
// record is answered: what cannot be noted is not shown. A line stands for all looks
// of one reader at one object within an hour, so that reading writes little. What
// lists and rankings show is not noted: of them the log would tell nothing but that
// somebody searched.
func (l *Log) Looked(ctx context.Context, name string) error {
	caller := auth.FromContext(ctx)
	if caller.UID == "" || caller.Belongs(name) {
		return nil
	}
	one := look{caller.UID, auth.Action(ctx), name}
	if !l.looks.due(one, l.keeper.Now()) {
		return nil
	}
	err := l.keeper.Note(ctx, name)
	if err != nil {
		l.looks.forget(one)
	}
	return err
}

// people are the uids of the people of an organization or investor.
func (l *Log) people(r store.Reader, name string) (map[string]bool, error) {
	own := map[string]bool{}
	for _, membership := range l.keeper.Directory().Members(name) {
		p := &maecenasv1.Principal{}
		switch err := r.Get(membership.GetMember(), p); {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrInvalid):
			// It is gone, or an organization, whose people have a line of their own.
		case err != nil:
			return nil, err
		default:
			own[p.GetUid()] = true
		}
	}
	return own, nil
}
