package secret

import (
	"context"
	"errors"
	"io"
	"runtime"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Params are the costs of argon2id.
type Params struct {
	// Memory is what one hashing takes, in KiB.
	Memory uint32
	// Passes is how often it goes over that memory.
	Passes uint32
	// Lanes is how many parts of it are filled at a time.
	Lanes uint8
}

// Recommended returns the second recommendation of RFC 9106, section 4, for
// where memory is not plentiful: 64 MiB, 3 passes, 4 lanes. It is above every
// choice of the OWASP Password Storage Cheat Sheet.
func Recommended() Params { return Params{Memory: 64 << 10, Passes: 3, Lanes: 4} }

// Sizes of salt and hash in bytes, as RFC 9106, section 4, recommends them.
const (
	saltBytes = 16
	hashBytes = 32
)

// HasherOptions are what a [Hasher] needs.
type HasherOptions struct {
	// Random is where salts come from.
	Random io.Reader
	// Params are the costs of new hashes; zero: [Recommended].
	Params Params
	// AtOnce is how many hashings run at a time, which bounds the memory: others
	// wait; 0: as many as there are processors, at most 4.
	AtOnce int
}

// Hasher hashes and verifies passwords. It may be used from many goroutines.
type Hasher struct {
	random  io.Reader
	params  Params
	running chan struct{}
	dummy   phc
}

// NewHasher makes a hasher. The error is that of reading Random.
func NewHasher(opts HasherOptions) (*Hasher, error) {
	if opts.Params == (Params{}) {
		opts.Params = Recommended()
	}
	if !opts.Params.sound() {
		return nil, errors.New("the costs of argon2id are out of bounds")
	}
	if opts.AtOnce <= 0 {
		opts.AtOnce = min(runtime.GOMAXPROCS(0), 4)
	}
	h := &Hasher{random: opts.Random, params: opts.Params, running: make(chan struct{}, opts.AtOnce)}
	h.dummy = phc{Params: opts.Params, salt: make([]byte, saltBytes), hash: make([]byte, hashBytes)}
	for _, part := range [][]byte{h.dummy.salt, h.dummy.hash} {
		if _, err := io.ReadFull(h.random, part); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Hash returns what is stored of a password: argon2id in the PHC string format,
// with a new salt. It waits for its turn; the error is that of the context or of
// reading random bytes. The password is taken in Unicode's form NFC (RFC 8265,
// section 4.2), so that é is é on every keyboard.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	made := phc{Params: h.params, salt: make([]byte, saltBytes)}
	if _, err := io.ReadFull(h.random, made.salt); err != nil {
		return "", err
	}
	var err error
	made.hash, err = h.derive(ctx, password, made)
	if err != nil {
		return "", err
	}
	return made.String(), nil
}

// Verdict is what a verification found.
type Verdict struct {
	// Match is true if it is the password.
	Match bool
	// Outdated is true if it is, and its hash has other costs than new ones get:
	// hash the password anew and store that.
	Outdated bool
}

// Verify tells whether a password is the one that was hashed. Where there is
// none to compare with, because nobody has that address or it has no password,
// pass an empty stored text: the answer is no, and takes as long. The error is
// that of the context, or tells that the stored text is damaged.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (Verdict, error) {
	want, known := h.dummy, stored != ""
	if known {
		var err error
		if want, err = parsePHC(stored); err != nil {
			return Verdict{}, err
		}
	}
	got, err := h.derive(ctx, password, want)
	if err != nil {
		return Verdict{}, err
	}
	match := Equal(want.hash, got) && known
	return Verdict{Match: match, Outdated: match && want.Params != h.params}, nil
}

// derive works out a hash, when it is its turn.
func (h *Hasher) derive(ctx context.Context, password string, with phc) ([]byte, error) {
	select {
	case h.running <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.running }()
	if err := ctx.Err(); err != nil { // who hung up while waiting is not worked for
		return nil, err
	}
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), with.salt, with.Passes, with.Memory, with.Lanes, hashBytes), nil
}
