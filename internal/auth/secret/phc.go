package secret

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"golang.org/x/crypto/argon2"
)

// Bounds of what is taken from a stored hash: one that was written by somebody
// else must not be able to take all memory.
const (
	maxMemory = 256 << 10 // KiB
	maxPasses = 16
	maxLanes  = 16
)

// errStored: what is stored of a password cannot be read.
var errStored = errors.New("the stored hash of a password is no argon2id in the PHC string format")

// phcFormat is the PHC string format of argon2id, version 1.3, with the
// parameters in the order in which everybody writes them. Salts of 8 bytes to 64.
var phcFormat = regexp.MustCompile(`^\$argon2id\$v=(\d{1,3})\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$`)

// phc is a hash with everything that it was made of but the password.
type phc struct {
	Params

	salt, hash []byte
}

// String writes it.
func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Passes, p.Lanes,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.hash))
}

func parsePHC(text string) (phc, error) {
	parts := phcFormat.FindStringSubmatch(text)
	if parts == nil || parts[1] != strconv.Itoa(argon2.Version) {
		return phc{}, errStored
	}
	var numbers [3]uint32
	for i := range numbers {
		n, err := strconv.ParseUint(parts[2+i], 10, 32)
		if err != nil {
			return phc{}, errStored
		}
		numbers[i] = uint32(n)
	}
	if numbers[2] > maxLanes {
		return phc{}, errStored
	}
	p := phc{Params: Params{Memory: numbers[0], Passes: numbers[1], Lanes: uint8(numbers[2])}}
	var err, err2 error
	p.salt, err = base64.RawStdEncoding.DecodeString(parts[5])
	p.hash, err2 = base64.RawStdEncoding.DecodeString(parts[6])
	if err != nil || err2 != nil || !p.sound() {
		return phc{}, errStored
	}
	return p, nil
}

// sound tells whether the costs are such that argon2id can be run with them:
// RFC 9106, section 3.1, asks for 8 KiB a lane at least.
func (p Params) sound() bool {
	return p.Lanes >= 1 && p.Lanes <= maxLanes && p.Passes >= 1 && p.Passes <= maxPasses &&
		p.Memory >= 8*uint32(p.Lanes) && p.Memory <= maxMemory
}
