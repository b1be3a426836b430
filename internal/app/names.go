package app

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.einride.tech/aip/resourcename"
)

// Patterns of the resource names.
const (
	organizationPattern   = "organizations/{organization}"
	canvasPattern         = "organizations/{organization}/canvas"
	canvasRevisionPattern = "organizations/{organization}/canvas/revisions/{revision}"
	assessmentPattern     = "organizations/{organization}/assessments/{assessment}"
	needPattern           = "organizations/{organization}/needs/{need}"
	investorPattern       = "investors/{investor}"
	mandatePattern        = "investors/{investor}/mandates/{mandate}"
	dealPattern           = "investors/{investor}/deals/{deal}"
)

// maxNameBytes bounds a resource name; the longest real one has 4 ids of 63.
const maxNameBytes = 200

// validName answers whether name is one resource of the pattern.
func validName(pattern, name string) bool {
	return len(name) <= maxNameBytes && resourcename.Match(pattern, name) && !resourcename.ContainsWildcard(name)
}

// checkName answers FIELD_INVALID where name is not one resource of the pattern.
func checkName(field, pattern, name string) error {
	if validName(pattern, name) {
		return nil
	}
	return Invalid(Violation{
		Field: field, Reason: "resource_name",
		Description: fmt.Sprintf("must be a resource name like %s", pattern),
	})
}

// subjectOf returns the organization or investor that a name is below, or is.
func subjectOf(name string) string {
	collection, rest, _ := strings.Cut(name, "/")
	id, _, _ := strings.Cut(rest, "/")
	return collection + "/" + id
}

// parentOf returns the pattern's or name's parent, two segments up; empty at the top.
func parentOf(name string) string {
	segments := strings.Split(name, "/")
	if len(segments) <= 2 {
		return ""
	}
	return strings.Join(segments[:len(segments)-2], "/")
}

// identity makes uids and ids. Uids are UUIDs of version 7 (RFC 9562) with a
// counter in rand_a (method 1), so that keys grow with time, also within one
// millisecond, and a store is written at its end.
type identity struct {
	random io.Reader
	now    func() time.Time

	mu   sync.Mutex
	tick int64 // milliseconds << 12 | counter of the last uid
}

func (i *identity) uid() (string, error) {
	var id uuid.UUID
	if _, err := io.ReadFull(i.random, id[8:]); err != nil {
		return "", fmt.Errorf("making a uid: %w", err)
	}
	i.mu.Lock()
	tick := max(i.now().UnixMilli()<<12, i.tick+1)
	i.tick = tick
	i.mu.Unlock()
	binary.BigEndian.PutUint64(id[:8], uint64(tick>>12)<<16|0x7000|uint64(tick&0xfff))
	id[8] = id[8]&0x3f | 0x80
	return id.String(), nil
}

// id makes a resource id: a letter and twelve characters that are hard to confuse.
func (i *identity) id(singular string) (string, error) {
	var bytes [8]byte
	if _, err := io.ReadFull(i.random, bytes[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	text := idEncoding.EncodeToString(bytes[:])
	return singular[:1] + strings.ToLower(text[:12]), nil
}

// idEncoding is Crockford's base 32, which leaves out i, l, o and u.
var idEncoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
