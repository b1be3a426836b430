package account

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/auth/secret"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/patch"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// DefaultOverlap is how long a secret that was rotated is still taken where nobody
// says otherwise, MaxOverlap how long at most.
const (
	DefaultOverlap = 24 * time.Hour
	MaxOverlap     = 7 * 24 * time.Hour
)

func keyKind() record.Kind[*maecenasv1.ApiKey] {
	return record.Kind[*maecenasv1.ApiKey]{
		Store: store.KindApiKey, Pattern: store.KindApiKey.Pattern(), Singular: "apiKey", Collection: "apiKeys", Parent: resource.Principal,
		New: func() *maecenasv1.ApiKey { return &maecenasv1.ApiKey{} },
		Show: func(e *record.Eyes, key *maecenasv1.ApiKey) (*maecenasv1.ApiKey, bool, error) {
			return key, e.Caller.RoleOn(key.GetName()) >= auth.RoleOwner, nil
		},
		Removed: func(t *record.Tx, name string) error {
			if err := own(t.Caller, name); err != nil {
				return err
			}
			return fault.Optional(t.Remove(store.KindKeySecret, name+"/secret"))
		},
	}
}

// endKeys removes the keys of a principal.
func endKeys(t *record.Tx, principal string) error {
	var names []string
	err := t.List(store.KindApiKey, store.ListOptions{Parent: principal}, func(_ store.Cursor, rec store.Record) (bool, error) {
		names = append(names, rec.GetName())
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := fault.Optional(t.Remove(store.KindKeySecret, name+"/secret")); err != nil {
			return err
		}
		if err := t.Remove(store.KindApiKey, name); err != nil {
			return err
		}
	}
	return nil
}

// KeyCreation asks to create a key.
type KeyCreation struct {
	// Parent is whose it is.
	Parent string
	// Key is what is created. It is not changed.
	Key *maecenasv1.ApiKey
	// Intent is how it is meant.
	Intent record.Intent
}

// CreateKey makes a key: of the caller itself, or as administrator of a service
// account. The answer has its text, unless it is that of a request that was made
// before: a text is shown once. FIELD_INVALID, RESOURCE_NOT_FOUND,
// PERMISSION_DENIED.
func (a *Accounts) CreateKey(ctx context.Context, creation KeyCreation) (*maecenasv1.ApiKey, int64, error) {
	if err := fault.CheckName("parent", resource.Principal, creation.Parent); err != nil {
		return nil, 0, err
	}
	if err := own(auth.FromContext(ctx), creation.Parent); err != nil {
		return nil, 0, err
	}
	if creation.Key == nil {
		return nil, 0, fault.Invalid(fault.Violation{Field: "apiKey", Reason: "required", Description: "must be set"})
	}
	key := proto.CloneOf(creation.Key)
	patch.Clear(key)
	if violations := a.keeper.Rules().Violations("apiKey", key); len(violations) > 0 {
		return nil, 0, fault.Invalid(violations...)
	}
	text, err := secret.NewKey(a.random)
	if err != nil {
		return nil, 0, err
	}
	name, replayed, revision, err := a.keeper.Once(ctx, creation.Intent, func(t *record.Tx) (string, error) {
		return a.putKey(t, creation.Parent, key, text)
	})
	switch {
	case err != nil:
		return nil, 0, err
	case replayed:
		key, _, err = a.Keys.Get(ctx, name, 0)
	case !creation.Intent.ValidateOnly:
		key.Key = text.Reveal()
	}
	return key, revision, err
}

func (a *Accounts) putKey(t *record.Tx, parent string, key *maecenasv1.ApiKey, text secret.Key) (string, error) {
	if err := mayKey(t, parent); err != nil {
		return "", err
	}
	if key.GetExpireTime() == nil {
		key.ExpireTime = timestamppb.New(t.Now.AddDate(1, 0, 0))
	}
	if !key.GetExpireTime().AsTime().After(t.Now) {
		return "", fault.Invalid(fault.Violation{Field: "apiKey.expireTime", Reason: "future", Description: "must be in the future"})
	}
	if err := a.checkScopes(t, parent, key); err != nil {
		return "", err
	}
	id, err := t.ID("key")
	if err != nil {
		return "", err
	}
	key.Name, key.Prefix, key.RotateTime = parent+"/apiKeys/"+id, text.Prefix(), timestamppb.New(t.Now)
	if err := t.Put(key, nil); err != nil {
		return "", err
	}
	return key.GetName(), t.Put(&storagev1.KeySecret{Name: key.GetName() + "/secret", Hash: text.Hash()}, nil)
}

// mayKey decides whether the caller may have the text of a key of a principal: who
// has it can act in its name, and nobody acts in another person's.
func mayKey(t *record.Tx, name string) error {
	if err := own(t.Caller, name); err != nil {
		return err
	}
	p := &maecenasv1.Principal{}
	if err := t.Get(name, p); err != nil {
		return fault.NotFound(name)
	}
	if p.GetKind() == maecenasv1.Principal_PERSON && t.Caller.Name != name && !local(t.Caller) {
		return fault.Denied("only the person makes keys of itself")
	}
	return nil
}

// checkScopes answers FIELD_INVALID where a principal has nothing to do with a scope,
// REFERENCE_NOT_FOUND where it names no record: a key of nothing would still be one of
// the subject above. A canvas and a contact are there before they are written.
func (a *Accounts) checkScopes(t *record.Tx, parent string, key *maecenasv1.ApiKey) error {
	holder := a.keeper.Directory().Principal(parent, t.Now)
	for i, scope := range key.GetScopes() {
		field := fmt.Sprintf("apiKey.scopes[%d].resource", i)
		if holder == nil || holder.RoleOn(scope.GetResource()) < auth.RoleViewer {
			return fault.Invalid(fault.Violation{Field: field, Reason: "scope", Description: "the principal has no role there"})
		}
		name := scope.GetResource()
		switch kind, _ := store.KindOfName(name); kind {
		case store.KindCanvas, store.KindOrganizationContact, store.KindInvestorContact:
			name = resource.Subject(name)
		}
		if err := missing(field, name, record.SubjectExists(t, name)); err != nil {
			return err
		}
	}
	return nil
}

// Rotation asks to make the secret of a key anew.
type Rotation struct {
	// Name is the key's.
	Name string
	// Etag is the etag that was read; empty: whatever it is.
	Etag string
	// Overlap is how long the secret before is still taken, to MaxOverlap.
	Overlap time.Duration
	// Intent is how it is meant.
	Intent record.Intent
}

// RotateKey makes the secret of a key anew; the answer has its text, as that of
// [Accounts.CreateKey]. The key ends when it did before. RESOURCE_NOT_FOUND,
// ETAG_STALE, FIELD_INVALID where it has ended.
func (a *Accounts) RotateKey(ctx context.Context, rotation Rotation) (*maecenasv1.ApiKey, int64, error) {
	if err := fault.CheckName("name", store.KindApiKey.Pattern(), rotation.Name); err != nil {
		return nil, 0, err
	}
	if err := own(auth.FromContext(ctx), rotation.Name); err != nil {
		return nil, 0, err
	}
	text, err := secret.NewKey(a.random)
	if err != nil {
		return nil, 0, err
	}
	key := &maecenasv1.ApiKey{}
	_, replayed, revision, err := a.keeper.Once(ctx, rotation.Intent, func(t *record.Tx) (string, error) {
		if err := mayKey(t, resource.Subject(rotation.Name)); err != nil {
			return "", err
		}
		key, err = a.Keys.Load(t, rotation.Name)
		if err != nil {
			return "", err
		}
		if rotation.Etag != "" && rotation.Etag != key.GetEtag() {
			return "", fault.StaleEtag(rotation.Name, key.GetEtag())
		}
		return rotation.Name, rotate(t, key, text, rotation.Overlap)
	})
	switch {
	case err != nil:
		return nil, 0, err
	case replayed:
		key, _, err = a.Keys.Get(ctx, rotation.Name, 0)
	default:
		key.Key = text.Reveal()
	}
	return key, revision, err
}

func rotate(t *record.Tx, key *maecenasv1.ApiKey, text secret.Key, overlap time.Duration) error {
	if !key.GetExpireTime().AsTime().After(t.Now) {
		return fault.Invalid(fault.Violation{Field: "name", Reason: "ended", Description: "the key has ended: make another"})
	}
	kept := &storagev1.KeySecret{}
	if err := t.Get(key.GetName()+"/secret", kept); err != nil {
		return err
	}
	key.Prefix, key.RotateTime, key.OverlapExpireTime = text.Prefix(), timestamppb.New(t.Now), nil
	kept.PreviousHash, kept.PreviousExpireTime = nil, nil
	if overlap > 0 {
		until := timestamppb.New(t.Now.Add(overlap))
		key.OverlapExpireTime, kept.PreviousExpireTime, kept.PreviousHash = until, until, kept.GetHash()
	}
	kept.Hash = text.Hash()
	if err := t.Put(key, key.GetCreateTime()); err != nil {
		return err
	}
	return t.Put(kept, nil)
}
