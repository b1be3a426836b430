package rpc

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/fault"
)

// pages seals and opens page tokens. A token is the place where a page ended,
// encrypted, so that callers read nothing into it, and bound to all else of its
// request, so that it continues no other. The same place of the same request has the
// same token, so that the same question has the same answer, byte for byte. The keys
// live as long as the process: after a restart a list is begun again.
type pages struct {
	seal   cipher.AEAD
	nonces []byte // the key that nonces are derived with
}

func newPages() (pages, error) {
	var keys [64]byte
	if _, err := rand.Read(keys[:]); err != nil {
		return pages{}, fmt.Errorf("making the keys of page tokens: %w", err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return pages{}, fmt.Errorf("making the key of page tokens: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return pages{}, fmt.Errorf("making the key of page tokens: %w", err)
	}
	return pages{seal: seal, nonces: keys[32:]}, nil
}

// nonce is that of a place in the answer to a request. Two that differ have different
// ones, but for chance of 96 bits.
func (p pages) nonce(bound, place []byte) []byte {
	mac := hmac.New(sha256.New, p.nonces)
	mac.Write(bound) // of one length, so that the two parts cannot run together
	mac.Write(place)
	return mac.Sum(nil)[:p.seal.NonceSize()]
}

// token is the page token of a place in the answer to a request; empty for no place.
func (p pages) token(request proto.Message, place []byte) string {
	if place == nil {
		return ""
	}
	bound := binding(request)
	nonce := p.nonce(bound, place)
	return base64.RawURLEncoding.EncodeToString(p.seal.Seal(nonce, nonce, place, bound))
}

// place is the place that a request's page token names; nil where it has none.
func (p pages) place(request paged) ([]byte, error) {
	if request.GetPageToken() == "" {
		return nil, nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(request.GetPageToken())
	if nonce := p.seal.NonceSize(); err == nil && len(sealed) >= nonce+p.seal.Overhead() {
		var place []byte
		if place, err = p.seal.Open(nil, sealed[:nonce], sealed[nonce:], binding(request)); err == nil {
			return place, nil
		}
	}
	return nil, &fault.Error{
		Code: codes.InvalidArgument, Reason: maecenasv1.ErrorReason_PAGE_TOKEN_INVALID,
		Message:    "the page token is not one of this request: begin without one",
		Violations: []fault.Violation{{Field: "pageToken", Description: "is not one of this request", Reason: "page_token"}},
		Cause:      err,
	}
}

type paged interface {
	proto.Message
	GetPageToken() string
	GetPageSize() int32
}

// binding is what a token is bound to: the request's type and everything it says
// but the token, how many are asked for, and how new the data must be.
func binding(request proto.Message) []byte {
	free := proto.Clone(request).ProtoReflect()
	for _, name := range []protoreflect.Name{"page_token", "page_size", "min_revision"} {
		if field := free.Descriptor().Fields().ByName(name); field != nil {
			free.Clear(field)
		}
	}
	content, err := proto.MarshalOptions{Deterministic: true}.Marshal(free.Interface())
	if err != nil {
		return nil // text that is not UTF-8 was refused before
	}
	sum := sha256.Sum256(append([]byte(free.Descriptor().FullName()+"\n"), content...))
	return sum[:]
}

// size is how many records a page has.
func size(request paged, otherwise int) int {
	if request.GetPageSize() == 0 {
		return otherwise
	}
	return int(request.GetPageSize())
}
