package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// Check reads everything and calls report with what it finds wrong: an entry
// whose check does not hold or that cannot be decoded; keys out of order;
// records, names and external ids that do not lead to each other; a subject that
// is missing; requests and their times that differ; a gap in the change log;
// and, if there is nothing of those, pages that are lost or used twice. What a
// damaged entry leads to may be reported with it.
//
// It returns an error only if it could not go on to the end. It holds a state
// open for as long as it takes, which holds up writers in the end: it is meant for
// a store that is not in service, or a copy.
func (s *Store) Check(ctx context.Context, report func(store.Problem)) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.open.RUnlock()
	tx, err := s.begin()
	if err != nil {
		return err
	}
	c := &checker{reader: reader{ctx: ctx, tx: tx}}
	defer c.release()
	for _, part := range c.parts() {
		err := part()
		for _, problem := range c.problems {
			report(problem)
		}
		c.problems = nil
		if err != nil {
			return err
		}
	}
	return nil
}

// checker walks through a file.
type checker struct {
	reader

	// problems are those found within a guard, before they are handed on.
	problems []store.Problem
	// unsound tells whether any were found.
	unsound bool
}

func (c *checker) report(bucket string, key []byte, text string) {
	c.unsound = true
	c.problems = append(c.problems, store.Problem{Bucket: bucket, Key: bytes.Clone(key), Text: text})
}

// reportError reports an error: a damaged entry at its place, others at the
// place where they came up.
func (c *checker) reportError(bucket string, key []byte, err error) {
	var damage *store.DamagedError
	if errors.As(err, &damage) {
		c.report(damage.Bucket, damage.Key, damage.Problem)
		return
	}
	c.report(bucket, key, err.Error())
}

// parts returns the parts of a check, in order.
func (c *checker) parts() []func() error {
	parts := []func() error{c.checkMeta, c.checkNames, c.checkExternal, c.checkChanges, c.checkRequests, c.checkRequestTimes}
	for _, kind := range store.Kinds() {
		parts = append(parts, func() error { return c.checkRecords(kind) })
	}
	return append(parts, c.checkPages)
}

// checkPages lets bbolt check its pages. It does so only where all else is sound:
// bbolt's check would follow a damaged page number in a circle, without end.
func (c *checker) checkPages() error {
	if c.unsound {
		return nil
	}
	var stopped error
	for err := range c.tx.Check() {
		// Read to the end, so that bbolt's goroutine ends.
		if stopped = c.ctx.Err(); stopped == nil {
			c.report("", nil, err.Error())
		}
	}
	return stopped
}

// each calls visit with the payloads of a bucket's entries whose check holds, and
// reports the others. What visit returns is reported at the entry.
func (c *checker) each(bucket string, visit func(key, payload []byte) error) error {
	var cursor *bolt.Cursor
	var before []byte
	for more := true; more; {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		var key []byte
		err := guard(bucket, before, func() error {
			var sealed []byte
			if cursor == nil {
				b := c.tx.Bucket([]byte(bucket))
				if b == nil {
					return damaged(bucket, nil, "the bucket is missing")
				}
				cursor = b.Cursor()
				key, sealed = cursor.First()
			} else {
				key, sealed = cursor.Next()
			}
			if more = key != nil; !more {
				return nil
			}
			payload, err := store.Unseal(bucket, key, sealed)
			if err != nil {
				c.reportError(bucket, nil, err)
				key = nil
				return nil
			}
			key = bytes.Clone(key)
			if before != nil && bytes.Compare(before, key) >= 0 {
				c.report(bucket, key, "it is out of order")
			}
			if err := visit(key, payload); err != nil {
				c.reportError(bucket, key, err)
			}
			return nil
		})
		if err != nil {
			c.reportError(bucket, before, err)
			return nil
		}
		before = key
	}
	return nil
}

// expect returns an error unless an entry is there and its payload is the one
// given.
func (c *checker) expect(bucket string, key, want []byte) error {
	payload, err := get(c.tx, bucket, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("its entry in %s is missing", bucket)
	case err != nil:
		return err
	case !bytes.Equal(payload, want):
		return fmt.Errorf("its entry in %s is another's", bucket)
	}
	return nil
}

func (c *checker) checkMeta() error {
	return c.each(bucketMeta, func(key, _ []byte) (err error) {
		switch {
		case bytes.Equal(key, metaRevision):
			c.revision, err = readRevision(c.tx)
		case bytes.Equal(key, metaErased):
			err = errors.New("bytes of what was erased are still in the file: open it for writing")
		}
		return err
	})
}

func (c *checker) checkRecords(kind store.Kind) error {
	return c.each(string(kind), func(key, payload []byte) error {
		rec := kind.New()
		if err := unmarshal(string(kind), key, payload, rec); err != nil {
			return err
		}
		name := rec.GetName()
		uid, err := store.ParseUID(rec.GetUid())
		switch {
		case err != nil:
			return err
		case len(key) != store.KeyBytes(kind) || !bytes.HasSuffix(key, uid[:]):
			return fmt.Errorf("the uid of %s does not end its key", name)
		case !kind.Matches(name):
			return fmt.Errorf("the name %q does not fit %s", name, kind.Pattern())
		}
		problems := []error{c.expect(bucketName, []byte(name), nameValue(kind, key))}
		if !kind.IsSubject() {
			subject := store.SubjectName(name)
			if err := c.expect(bucketName, []byte(subject), nameValue(kind.Subject(), key[:len(uid)])); err != nil {
				problems = append(problems, fmt.Errorf("its subject %s: %w", subject, err))
			}
		}
		for _, id := range store.ExternalIDs(rec) {
			problems = append(problems, c.expect(bucketExternal, externalKey(kind, id), []byte(name)))
		}
		return errors.Join(problems...)
	})
}

// checkNames makes sure that every name leads to a record that bears it.
func (c *checker) checkNames() error {
	return c.each(bucketName, func(key, payload []byte) error {
		kind, at, ok := parseNameValue(payload)
		if !ok {
			return errors.New("it does not name a record")
		}
		rec := kind.New()
		if err := c.load(kind, at, rec); err != nil {
			return err
		}
		if rec.GetName() != string(key) {
			return fmt.Errorf("it leads to %s", rec.GetName())
		}
		return nil
	})
}

// checkExternal makes sure that every external id leads to a record that carries
// it.
func (c *checker) checkExternal() error {
	return c.each(bucketExternal, func(key, payload []byte) error {
		kind, ok := parseExternalKey(key)
		if !ok {
			return errors.New("it is of no kind")
		}
		at, err := c.find(kind, string(payload))
		if err != nil {
			return err
		}
		rec := kind.New()
		if err := c.load(kind, at, rec); err != nil {
			return err
		}
		for _, id := range store.ExternalIDs(rec) {
			if bytes.Equal(key, externalKey(kind, id)) {
				return nil
			}
		}
		return fmt.Errorf("it leads to %s, which does not carry it", rec.GetName())
	})
}

// checkChanges makes sure that the log has every revision from 1 to the current
// one.
func (c *checker) checkChanges() error {
	next := int64(1)
	err := c.each(bucketChange, func(key, payload []byte) error {
		entry := &storagev1.ChangeEntry{}
		if err := unmarshal(bucketChange, key, payload, entry); err != nil {
			return err
		}
		revision, ok := parseRevision(key)
		if !ok || entry.GetRevision() != revision {
			return fmt.Errorf("it tells of revision %d", entry.GetRevision())
		}
		expected := next
		next = revision + 1
		if revision != expected {
			return fmt.Errorf("revision %d follows %d", revision, expected-1)
		}
		if err := entry.GetCommitTime().CheckValid(); err != nil {
			return fmt.Errorf("its time: %w", err)
		}
		for _, item := range entry.GetItems() {
			if kind := store.Kind(item.GetBucket()); !kind.Valid() || len(item.GetKey()) != store.KeyBytes(kind) ||
				item.GetOperation() == storagev1.ChangeEntry_OPERATION_UNSPECIFIED {
				return fmt.Errorf("it tells of no record: %v", item)
			}
		}
		return nil
	})
	if err == nil && next-1 != c.revision {
		c.report(bucketChange, nil, fmt.Sprintf("the log ends at revision %d, the store is at %d", next-1, c.revision))
	}
	return err
}

func (c *checker) checkRequests() error {
	return c.each(bucketRequest, func(key, payload []byte) error {
		entry := &storagev1.RequestEntry{}
		if err := unmarshal(bucketRequest, key, payload, entry); err != nil {
			return err
		}
		return c.expect(bucketRequestTime, requestTimeKey(entry.GetCommitTime().AsTime(), string(key)), nil)
	})
}

func (c *checker) checkRequestTimes() error {
	return c.each(bucketRequestTime, func(key, _ []byte) error {
		if len(key) <= requestTimeBytes {
			return errors.New("it is too short")
		}
		id := key[requestTimeBytes:]
		entry := &storagev1.RequestEntry{}
		if err := getMessage(c.tx, bucketRequest, id, entry); err != nil {
			return fmt.Errorf("its request: %w", err)
		}
		if !bytes.Equal(key, requestTimeKey(entry.GetCommitTime().AsTime(), string(id))) {
			return errors.New("its request has another time")
		}
		return nil
	})
}
