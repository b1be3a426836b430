package erase

import (
	"context"
	"errors"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Again erases from a store every subject that entries name and that it still
// has: the copy is from before the erasure, or the erasure was cut short. It
// compacts the store, and returns what it erased. Where the store already knows of
// every entry it changes nothing.
func Again(ctx context.Context, s store.Store, entries []Entry) ([]Result, error) {
	erased, err := unknown(ctx, s, entries)
	if err != nil || len(erased) == 0 {
		return nil, err
	}
	var results []Result
	_, err = s.Update(ctx, func(w store.Writer) (err error) {
		results, err = again(Plain{w}, erased)
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, s.Compact(ctx)
}

// unknown returns the entries that a store has no record of, each hash once.
func unknown(ctx context.Context, s store.Store, entries []Entry) ([]Entry, error) {
	var left []Entry
	err := s.View(ctx, func(r store.Reader) error {
		seen := map[Hash]bool{}
		for _, entry := range entries {
			if seen[entry.Hash] {
				continue
			}
			seen[entry.Hash] = true
			err := r.Get(entry.Hash.Name(), &storagev1.ErasedSubject{})
			if errors.Is(err, store.ErrNotFound) {
				left = append(left, entry)
				err = nil
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return left, err
}

// again erases what the store has of entries, and remembers the others too: the
// store must know them when it is copied itself.
func again(t Target, erased []Entry) ([]Result, error) {
	names, err := find(t, erased)
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, entry := range erased {
		name, ok := names[entry.Hash]
		if !ok {
			e := &eraser{target: t, result: Result{Hash: entry.Hash}}
			if err := e.remember(entry.Time); err != nil {
				return nil, err
			}
			continue
		}
		result, err := Subject(t, name, entry.Time)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// find returns the names of the subjects that a store has of entries.
func find(r store.Reader, erased []Entry) (map[Hash]string, error) {
	wanted := map[Hash]bool{}
	for _, entry := range erased {
		wanted[entry.Hash] = true
	}
	names := map[Hash]string{}
	for _, kind := range Kinds() {
		err := r.List(kind, store.ListOptions{}, func(_ store.Cursor, rec store.Record) (bool, error) {
			if hash := HashOf(rec.GetUid()); wanted[hash] {
				names[hash] = rec.GetName()
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}
