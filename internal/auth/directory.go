package auth

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Hash is SHA-256 of a key or token. These are random and long, so that it needs
// no slower one.
type Hash = [sha256.Size]byte

// Entry is a record as it is now; a nil Record: it is gone.
type Entry struct {
	// Name is its resource name.
	Name string
	// Record is what it says.
	Record proto.Message
}

// Directory knows who is who and who knows whom: it is derived from the store, as
// the index is, so that no call has to read it. It keeps principals, memberships,
// keys, sessions, introductions and what has to be known of investors, and of secrets
// only hashes. It is safe for concurrent use.
type Directory struct {
	mu          sync.RWMutex
	principals  map[string]*maecenasv1.Principal
	byEmail     map[string]string // to the principal's name
	memberships map[string]*maecenasv1.Membership
	byMember    index
	byResource  index
	keys        map[string]*maecenasv1.ApiKey
	secrets     map[string]*storagev1.KeySecret // by the key's name
	sessions    map[string]*storagev1.Session
	hashes      map[Hash]string          // of keys and sessions, to their names
	pairs       map[string]met           // by introduction
	bySide      index                    // introductions by organization and by investor
	open        map[pair]map[string]bool // introductions that are
	investors   map[string]funder        // by name
}

// funder is what has to be known of every investor.
type funder struct {
	kind     maecenasv1.Investor_Type
	verified bool
}

// index has the names that belong to a name.
type index map[string]map[string]bool

func (i index) add(key, name string) {
	if i[key] == nil {
		i[key] = map[string]bool{}
	}
	i[key][name] = true
}

func (i index) remove(key, name string) {
	delete(i[key], name)
	if len(i[key]) == 0 {
		delete(i, key)
	}
}

// NewDirectory returns an empty Directory.
func NewDirectory() *Directory {
	return &Directory{
		principals: map[string]*maecenasv1.Principal{}, byEmail: map[string]string{}, memberships: map[string]*maecenasv1.Membership{},
		byMember: index{}, byResource: index{},
		keys: map[string]*maecenasv1.ApiKey{}, secrets: map[string]*storagev1.KeySecret{}, sessions: map[string]*storagev1.Session{},
		hashes: map[Hash]string{}, pairs: map[string]met{}, bySide: index{}, open: map[pair]map[string]bool{}, investors: map[string]funder{},
	}
}

// Apply takes in what was committed. Records of kinds that it does not keep are
// passed over. It keeps the records: they must not change afterwards.
func (d *Directory) Apply(entries ...Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, entry := range entries {
		d.forget(entry.Name)
		if entry.Record != nil {
			d.learn(entry.Name, entry.Record)
		}
	}
}

func (d *Directory) forget(name string) {
	if m, ok := d.memberships[name]; ok {
		d.byMember.remove(m.GetMember(), name)
		d.byResource.remove(m.GetResource(), name)
		delete(d.memberships, name)
	}
	if s, ok := d.sessions[name]; ok {
		delete(d.hashes, Hash(s.GetHash()))
		delete(d.sessions, name)
	}
	if key, ok := keyOfSecret(name); ok {
		if secret := d.secrets[key]; secret != nil {
			for _, hash := range hashesOf(secret) {
				delete(d.hashes, hash)
			}
			delete(d.secrets, key)
		}
	}
	if m, ok := d.pairs[name]; ok {
		if m.open {
			if delete(d.open[m.pair], name); len(d.open[m.pair]) == 0 {
				delete(d.open, m.pair)
			}
		}
		d.bySide.remove(m.organization, name)
		d.bySide.remove(m.investor, name)
		delete(d.pairs, name)
	}
	if p, ok := d.principals[name]; ok {
		delete(d.byEmail, p.GetEmail())
		delete(d.principals, name)
	}
	delete(d.keys, name)
	delete(d.investors, name)
}

func (d *Directory) learn(name string, record proto.Message) {
	switch one := record.(type) {
	case *maecenasv1.Principal:
		d.principals[name] = one
		if one.GetEmail() != "" {
			d.byEmail[one.GetEmail()] = name
		}
	case *maecenasv1.Membership:
		d.memberships[name] = one
		d.byMember.add(one.GetMember(), name)
		d.byResource.add(one.GetResource(), name)
	case *maecenasv1.ApiKey:
		d.keys[name] = one
	case *storagev1.KeySecret:
		key, _ := keyOfSecret(name)
		d.secrets[key] = one
		for _, hash := range hashesOf(one) {
			d.hashes[hash] = key
		}
	case *storagev1.Session:
		if len(one.GetHash()) == sha256.Size {
			d.sessions[name] = one
			d.hashes[Hash(one.GetHash())] = name
		}
	case *maecenasv1.Introduction:
		m := met{
			pair: pair{subjectOf(one.GetNeed()), subjectOf(one.GetMandate())}, need: one.GetNeed(), mandate: one.GetMandate(),
			uid: one.GetUid(), open: IntroductionOpen(one.GetState()),
		}
		d.pairs[name] = m
		d.bySide.add(m.organization, name)
		d.bySide.add(m.investor, name)
		if m.open {
			if d.open[m.pair] == nil {
				d.open[m.pair] = map[string]bool{}
			}
			d.open[m.pair][name] = true
		}
	case *maecenasv1.Investor:
		d.investors[name] = funder{
			kind: one.GetType(), verified: one.GetVerification().GetState() == maecenasv1.Investor_Verification_VERIFIED,
		}
	}
}

const secretSuffix = "/secret"

// keyOfSecret is the name of the key whose secret has a name.
func keyOfSecret(name string) (string, bool) {
	n := len(name) - len(secretSuffix)
	if n <= 0 || name[n:] != secretSuffix {
		return "", false
	}
	return name[:n], true
}

func hashesOf(secret *storagev1.KeySecret) []Hash {
	var hashes []Hash
	for _, hash := range [][]byte{secret.GetHash(), secret.GetPreviousHash()} {
		if len(hash) == sha256.Size {
			hashes = append(hashes, Hash(hash))
		}
	}
	return hashes
}

// ByHash returns who calls with a key or session token of a hash at a time; nil
// where it is not known, has ended, or its principal is disabled.
func (d *Directory) ByHash(hash Hash, now time.Time) *Principal {
	d.mu.RLock()
	defer d.mu.RUnlock()
	name, ok := d.hashes[hash]
	if !ok {
		return nil
	}
	if session := d.sessions[name]; session != nil {
		if !now.Before(session.GetExpireTime().AsTime()) {
			return nil
		}
		p := d.resolve(subjectOf(name), now)
		if p != nil {
			p.Session, p.ExpireTime = name, session.GetExpireTime().AsTime()
		}
		return p
	}
	key, secret := d.keys[name], d.secrets[name]
	if key == nil || secret == nil || key.GetExpireTime() != nil && !now.Before(key.GetExpireTime().AsTime()) {
		return nil
	}
	if Hash(secret.GetHash()) != hash && !now.Before(secret.GetPreviousExpireTime().AsTime()) {
		return nil
	}
	p := d.resolve(subjectOf(name), now)
	if p == nil {
		return nil
	}
	p.ReadOnly = key.GetReadOnly()
	if key.GetExpireTime() != nil {
		p.ExpireTime = key.GetExpireTime().AsTime()
	}
	for _, scope := range key.GetScopes() {
		p.scopes = append(p.scopes, scope.GetResource())
	}
	return p
}

// Principal returns a principal with everything it may do at a time; nil where
// there is none, or it is disabled.
func (d *Directory) Principal(name string, now time.Time) *Principal {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.resolve(name, now)
}

func (d *Directory) resolve(name string, now time.Time) *Principal {
	record := d.principals[name]
	if record == nil || record.GetDisabled() {
		return nil
	}
	p := &Principal{Name: name, UID: record.GetUid(), grants: map[string]Role{}}
	for membership := range d.byMember[name] {
		p.grant(d.memberships[membership], RoleOwner, now)
	}
	// An organization that is a member of another, and accepted it, lets its own editors
	// and owners act. It is a member of nothing else: what an investor does, people do.
	for agency, role := range copyOf(p.grants) {
		if role < RoleEditor {
			continue
		}
		for membership := range d.byMember[agency] {
			if m := d.memberships[membership]; m.GetAcceptTime() != nil && strings.HasPrefix(m.GetResource(), "organizations/") {
				p.grant(m, RoleEditor, now)
			}
		}
	}
	return p
}

func copyOf(grants map[string]Role) map[string]Role {
	copied := make(map[string]Role, len(grants))
	for name, role := range grants {
		copied[name] = role
	}
	return copied
}

// grant adds a membership, at most as a role.
func (p *Principal) grant(m *maecenasv1.Membership, most Role, now time.Time) {
	if m.GetExpireTime() != nil && !now.Before(m.GetExpireTime().AsTime()) {
		return
	}
	if m.GetResource() == Installation {
		switch m.GetRole() {
		case maecenasv1.Membership_ADMINISTRATOR:
			p.Administrator, p.Auditor, p.Verifier = true, true, true
		case maecenasv1.Membership_AUDITOR:
			p.Auditor = true
		case maecenasv1.Membership_VERIFIER:
			p.Verifier = true
		}
		return
	}
	p.grants[m.GetResource()] = max(p.grants[m.GetResource()], min(most, roleOf(m.GetRole())))
}

func roleOf(role maecenasv1.Membership_Role) Role {
	switch role {
	case maecenasv1.Membership_VIEWER:
		return RoleViewer
	case maecenasv1.Membership_EDITOR:
		return RoleEditor
	case maecenasv1.Membership_OWNER:
		return RoleOwner
	default:
		return RoleNone
	}
}

// Verified answers whether somebody has checked that an investor is who it says.
func (d *Directory) Verified(investor string) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.investors[investor].verified
}

// TypeOf returns what kind of funder an investor is; unspecified where there is none.
func (d *Directory) TypeOf(investor string) maecenasv1.Investor_Type {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.investors[investor].kind
}

// Members returns the memberships of an organization, an investor or the
// Installation, in no order.
func (d *Directory) Members(resource string) []*maecenasv1.Membership {
	return d.collect(resource, func() index { return d.byResource })
}

// MembershipsOf returns the memberships of a principal or an organization, in no order.
func (d *Directory) MembershipsOf(member string) []*maecenasv1.Membership {
	return d.collect(member, func() index { return d.byMember })
}

func (d *Directory) collect(name string, of func() index) []*maecenasv1.Membership {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var found []*maecenasv1.Membership
	for membership := range of()[name] {
		found = append(found, d.memberships[membership])
	}
	return found
}

// ByEmail returns the name of the person who signs in with an address, which is in
// lower case; empty where nobody does.
func (d *Directory) ByEmail(email string) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.byEmail[email]
}

// Empty answers whether there is no principal: nobody has been set up.
func (d *Directory) Empty() bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.principals) == 0
}
