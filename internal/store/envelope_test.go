package store_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/store"
)

func TestEnvelope(t *testing.T) {
	t.Parallel()
	for _, payload := range [][]byte{nil, {0}, []byte("payload"), bytes.Repeat([]byte{0xff}, 5000)} {
		sealed := store.Seal("need", []byte("key"), payload)
		got, err := store.Unseal("need", []byte("key"), sealed)
		if err != nil || !bytes.Equal(got, payload) {
			t.Errorf("Unseal(Seal(%.20x)) = %.20x, %v", payload, got, err)
		}
	}
	// The stored form, byte by byte: it must not change by accident. The check is
	// CRC-32C (worked out apart from this program) over 04 "need" 03 "key" 01 "payload".
	want := append(append([]byte{1}, "payload"...), 0xbd, 0xbe, 0x65, 0xf1)
	if got := store.Seal("need", []byte("key"), []byte("payload")); !bytes.Equal(got, want) {
		t.Errorf("Seal = %x, want %x", got, want)
	}
}

// TestEnvelopePlace: an envelope is good at its own place alone, also where
// bucket and key, or key and payload, read the same when put together.
func TestEnvelopePlace(t *testing.T) {
	t.Parallel()
	sealed := store.Seal("need", []byte("key"), []byte("payload"))
	for _, place := range [][2]string{
		{"need", "kez"}, {"need", "ke"}, {"need", ""}, {"needk", "ey"}, {"nee", "dkey"}, {"mandate", "key"}, {"need", "key\x01"},
	} {
		if _, err := store.Unseal(place[0], []byte(place[1]), sealed); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("Unseal at %q: %v", place, err)
		}
	}
}

func TestEnvelopeEveryBit(t *testing.T) {
	t.Parallel()
	sealed := store.Seal("need", []byte("key"), bytes.Repeat([]byte("payload"), 40))
	for bit := range 8 * len(sealed) {
		sealed[bit/8] ^= 1 << (bit % 8)
		_, err := store.Unseal("need", []byte("key"), sealed)
		sealed[bit/8] ^= 1 << (bit % 8)
		var damage *store.DamagedError
		if !errors.As(err, &damage) || damage.Bucket != "need" || string(damage.Key) != "key" {
			t.Fatalf("bit %d: got %v, want damage at the key", bit, err)
		}
		if text := err.Error(); !strings.Contains(text, `bucket need, key "key"`) {
			t.Fatalf("bit %d: %q does not name the place", bit, text)
		}
	}
	for n := range sealed {
		if _, err := store.Unseal("need", []byte("key"), sealed[:n]); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

// FuzzUnseal: whatever is found in a file, Unseal answers the payload that was
// sealed, or an error.
func FuzzUnseal(f *testing.F) {
	f.Add("need", []byte("key"), store.Seal("need", []byte("key"), []byte("payload")))
	f.Add("need", []byte("key"), []byte{})
	f.Add("", []byte{}, []byte{2, 0, 0, 0, 0})
	f.Add("_meta", []byte("schema"), []byte{1, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, bucket string, key, sealed []byte) {
		payload, err := store.Unseal(bucket, key, sealed)
		if err != nil {
			if !errors.Is(err, store.ErrDamaged) || err.Error() == "" {
				t.Fatalf("an error of another sort: %v", err)
			}
			return
		}
		if again := store.Seal(bucket, key, payload); !bytes.Equal(again, sealed) {
			t.Fatalf("accepted %x, which Seal does not make", sealed)
		}
	})
}
