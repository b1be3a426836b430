package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// The file, as bbolt sees it: buckets, whose keys stand below. Every value in
// every bucket is an envelope (store.Seal) over the payload given here.
//
//	bucket           key                                  payload
//	<kind>           store.Key                            the record's proto bytes
//	_name            name                                 kind ‖ 0 ‖ key of the record
//	_external        kind ‖ 0 ‖ length, system ‖ id       name of the record
//	                 kind ‖ 1 ‖ length, writer ‖ length, system ‖ id
//	_change          revision                             ChangeEntry
//	_request         request id                           RequestEntry
//	_request_time    commit time ‖ request id             nothing
//	_meta            "schema"                             version ‖ the program's version it needs
//	                 "revision"                           revision of the last commit
//	                 "store_id"                           a UUID made with the file
//	                 "erased"                             nothing; only from an erasure to the compaction after it
//
// Numbers in keys are big endian, so that they sort; lengths and the schema's
// version are varints. The layout of "schema" never changes, as programs older
// than the file must be able to read it.
const (
	bucketName        = "_name"
	bucketExternal    = "_external"
	bucketChange      = "_change"
	bucketRequest     = "_request"
	bucketRequestTime = "_request_time"
	bucketMeta        = "_meta"
)

var (
	metaSchema   = []byte("schema")
	metaRevision = []byte("revision")
	metaStoreID  = []byte("store_id")
	metaErased   = []byte("erased")
)

// schema is a version of the layout.
type schema struct {
	// needs is the first version of the program that reads it.
	needs string
	// upgrade brings a file of the version before to this one, within a
	// transaction that also notes the version; nil for the first.
	upgrade func(*bolt.Tx) error
}

// schemas has the layout's versions, from 1. A new kind of record, bucket or key
// is a new version.
var schemas = []schema{
	{needs: "0.1.0"},
	{needs: "0.2.0", upgrade: withBuckets(store.KindExchangeRates)},
	{needs: "0.3.0", upgrade: withBuckets(
		store.KindPrincipal, store.KindApiKey, store.KindConsent, store.KindCredential, store.KindKeySecret, store.KindSession,
		store.KindMembership, store.KindOrganizationContact, store.KindInvestorContact, store.KindAttestation,
		store.KindIntroduction, store.KindOrganizationBookmark, store.KindInvestorBookmark, store.KindAuditEntry,
		store.KindLink, store.KindErasedSubject)},
}

// withBuckets upgrades a file by the buckets of new kinds of record.
func withBuckets(kinds ...store.Kind) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		for _, kind := range kinds {
			if _, err := tx.CreateBucketIfNotExists([]byte(kind)); err != nil {
				return fmt.Errorf("create bucket %s: %w", kind, err)
			}
		}
		return nil
	}
}

// buckets returns the names of all buckets of the current schema.
func buckets() []string {
	names := []string{bucketMeta, bucketName, bucketExternal, bucketChange, bucketRequest, bucketRequestTime}
	for _, kind := range store.Kinds() {
		names = append(names, string(kind))
	}
	return names
}

// appended tells which buckets grow at their end alone. bbolt fills their pages
// when it splits them, instead of leaving half of each for what comes between.
func appended(bucket string) bool { return bucket == bucketChange || bucket == bucketRequestTime }

// initialize makes an empty bbolt file a store.
func initialize(tx *bolt.Tx) error {
	for _, name := range buckets() {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	id, err := uuid.NewRandom()
	if err != nil {
		return fmt.Errorf("make the store's id: %w", err)
	}
	if err := put(tx, bucketMeta, metaStoreID, id[:]); err != nil {
		return err
	}
	if err := put(tx, bucketMeta, metaRevision, revisionKey(0)); err != nil {
		return err
	}
	return put(tx, bucketMeta, metaSchema, schemaValue(len(schemas), schemas))
}

// readSchema returns the version of a file's schema, and of the program that it
// needs. ErrNotStore: the file is bbolt's, but no store.
func readSchema(tx *bolt.Tx) (version int, needs string, err error) {
	if tx.Bucket([]byte(bucketMeta)) == nil {
		return 0, "", fmt.Errorf("%w: a bbolt file of another program", store.ErrNotStore)
	}
	payload, err := get(tx, bucketMeta, metaSchema)
	if err != nil {
		return 0, "", err
	}
	number, n := binary.Uvarint(payload)
	if n <= 0 || number == 0 || number > 1<<31 {
		return 0, "", damaged(bucketMeta, metaSchema, "it is no schema version")
	}
	return int(number), string(payload[n:]), nil
}

func schemaValue(version int, table []schema) []byte {
	return append(binary.AppendUvarint(nil, uint64(version)), table[version-1].needs...)
}

// migrate brings a file of an older schema to the newest of the table. It does
// so in one transaction: an upgrade that fails or is interrupted changes
// nothing.
func migrate(tx *bolt.Tx, from int, table []schema) error {
	for version := from + 1; version <= len(table); version++ {
		if err := table[version-1].upgrade(tx); err != nil {
			return fmt.Errorf("upgrade to schema %d: %w", version, err)
		}
	}
	return put(tx, bucketMeta, metaSchema, schemaValue(len(table), table))
}

func revisionKey(revision int64) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(revision))
}

func parseRevision(payload []byte) (int64, bool) {
	if len(payload) != 8 {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(payload)), true
}

func nameValue(kind store.Kind, key []byte) []byte {
	return append(append([]byte(kind), 0), key...)
}

func parseNameValue(payload []byte) (kind store.Kind, key []byte, ok bool) {
	before, key, ok := bytes.Cut(payload, []byte{0})
	kind = store.Kind(before)
	return kind, key, ok && kind.Valid() && len(key) == store.KeyBytes(kind)
}

func externalKey(kind store.Kind, id *maecenasv1.ExternalId) []byte {
	key := append([]byte(kind), externalOfNobody)
	if writer := id.GetWriter(); writer != "" {
		key[len(key)-1] = externalOfWriter
		key = binary.AppendUvarint(key, uint64(len(writer)))
		key = append(key, writer...)
	}
	key = binary.AppendUvarint(key, uint64(len(id.GetSystem())))
	key = append(key, id.GetSystem()...)
	return append(key, id.GetId()...)
}

// What follows the kind in the keys of _external: ids without a writer, and others. No
// kind's name holds either.
const (
	externalOfNobody = 0
	externalOfWriter = 1
)

// parseExternalKey returns the kind of an external id; the rest is compared as
// a whole.
func parseExternalKey(key []byte) (store.Kind, bool) {
	end := bytes.IndexAny(key, "\x00\x01")
	if end < 0 {
		return "", false
	}
	return store.Kind(key[:end]), store.Kind(key[:end]).Valid()
}

// requestTimeBytes is the length of the time in the keys of _request_time.
const requestTimeBytes = 12

// requestTimeKey sorts by time: seconds since 1970, whose sign bit is turned so
// that earlier years come first, then nanoseconds, then the id.
func requestTimeKey(at time.Time, id string) []byte {
	key := binary.BigEndian.AppendUint64(nil, uint64(at.Unix())^(1<<63))
	key = binary.BigEndian.AppendUint32(key, uint32(at.Nanosecond()))
	return append(key, id...)
}
