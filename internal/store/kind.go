package store

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Kind is a sort of record, and the name of the bucket that holds it.
type Kind string

// The kinds. Their values are stored and never change.
const (
	KindOrganization   Kind = "organization"
	KindCanvas         Kind = "canvas"
	KindCanvasRevision Kind = "canvas_revision"
	KindAssessment     Kind = "assessment"
	KindNeed           Kind = "need"
	KindInvestor       Kind = "investor"
	KindMandate        Kind = "mandate"
	KindDeal           Kind = "deal"
	KindExchangeRates  Kind = "exchange_rates"

	KindPrincipal            Kind = "principal"
	KindApiKey               Kind = "api_key" //nolint:revive // as the schema spells it
	KindConsent              Kind = "consent"
	KindMembership           Kind = "membership"
	KindOrganizationContact  Kind = "organization_contact"
	KindInvestorContact      Kind = "investor_contact"
	KindAttestation          Kind = "attestation"
	KindIntroduction         Kind = "introduction"
	KindOrganizationBookmark Kind = "organization_bookmark"
	KindInvestorBookmark     Kind = "investor_bookmark"
	KindAuditEntry           Kind = "audit_entry"
)

// The kinds that are never served, of maecenas.storage.v1.
const (
	KindCredential    Kind = "credential"
	KindKeySecret     Kind = "key_secret"
	KindSession       Kind = "session"
	KindLink          Kind = "link"
	KindErasedSubject Kind = "erased_subject"
)

// kindTable has the kinds, subjects before what is below them.
var kindTable = []kindInfo{
	describe(KindOrganization, &maecenasv1.Organization{}),
	describe(KindCanvas, &maecenasv1.Canvas{}),
	describe(KindCanvasRevision, &maecenasv1.CanvasRevision{}),
	describe(KindAssessment, &maecenasv1.Assessment{}),
	describe(KindNeed, &maecenasv1.Need{}),
	describe(KindInvestor, &maecenasv1.Investor{}),
	describe(KindMandate, &maecenasv1.Mandate{}),
	describe(KindDeal, &maecenasv1.Deal{}),
	describe(KindExchangeRates, &maecenasv1.ExchangeRates{}),

	describe(KindPrincipal, &maecenasv1.Principal{}),
	describe(KindApiKey, &maecenasv1.ApiKey{}),
	describe(KindConsent, &maecenasv1.Consent{}),
	describe(KindCredential, &storagev1.Credential{}),
	describe(KindKeySecret, &storagev1.KeySecret{}),
	describe(KindSession, &storagev1.Session{}),
	describe(KindMembership, &maecenasv1.Membership{}),
	describe(KindOrganizationContact, &maecenasv1.OrganizationContact{}),
	describe(KindInvestorContact, &maecenasv1.InvestorContact{}),
	describe(KindAttestation, &maecenasv1.Attestation{}),
	describe(KindIntroduction, &maecenasv1.Introduction{}),
	// Bookmarks of both sides are one message.
	describe(KindOrganizationBookmark, &maecenasv1.Bookmark{}, "organizations/"),
	describe(KindInvestorBookmark, &maecenasv1.Bookmark{}, "investors/"),
	describe(KindAuditEntry, &maecenasv1.AuditEntry{}),
	describe(KindLink, &storagev1.Link{}),
	describe(KindErasedSubject, &storagev1.ErasedSubject{}),
}

// kindInfo is what is known of a kind. The pattern is the schema's, so that the
// names that are stored are those that are served.
type kindInfo struct {
	kind    Kind
	message Record
	pattern string
	// segments are the pattern's; "" stands for one that varies.
	segments []string
}

// describe reads what the schema says of a message. Of a message with several
// patterns, each is a kind of its own; below says which by how it begins.
func describe(kind Kind, message Record, below ...string) kindInfo {
	options := message.ProtoReflect().Descriptor().Options()
	resource, _ := proto.GetExtension(options, annotations.E_Resource).(*annotations.ResourceDescriptor)
	patterns := slices.DeleteFunc(slices.Clone(resource.GetPattern()), func(pattern string) bool {
		return len(below) > 0 && !strings.HasPrefix(pattern, below[0])
	})
	if len(patterns) != 1 {
		panic(fmt.Sprintf("store: the schema gives %s %d name patterns", kind, len(patterns)))
	}
	info := kindInfo{kind: kind, message: message, pattern: patterns[0]}
	for segment := range strings.SplitSeq(info.pattern, "/") {
		if strings.HasPrefix(segment, "{") {
			segment = ""
		}
		info.segments = append(info.segments, segment)
	}
	return info
}

// Kinds returns all kinds, a subject before what is below it.
func Kinds() []Kind {
	kinds := make([]Kind, len(kindTable))
	for i := range kindTable {
		kinds[i] = kindTable[i].kind
	}
	return kinds
}

// KindOf returns a record's kind, which follows from its type and, for a bookmark,
// from its name. ErrInvalid: the type is not one that is stored, or the record is
// nil.
func KindOf(rec Record) (Kind, error) {
	if rec == nil {
		return "", invalidf("a nil record")
	}
	return KindNamed(rec, rec.GetName())
}

// KindNamed returns the kind of a record of the type of rec and of a name. Where a
// type has several kinds and the name fits none, it is the first of them. Errors as
// KindOf.
func KindNamed(rec Record, name string) (Kind, error) {
	if rec == nil || !rec.ProtoReflect().IsValid() {
		return "", invalidf("a nil record")
	}
	descriptor := rec.ProtoReflect().Descriptor()
	var first Kind
	for i := range kindTable {
		info := &kindTable[i]
		if info.message.ProtoReflect().Descriptor() != descriptor {
			continue
		}
		if first == "" {
			first = info.kind
		}
		if info.matches(name) {
			return info.kind, nil
		}
	}
	if first == "" {
		return "", invalidf("%s is not a record that is stored", descriptor.FullName())
	}
	return first, nil
}

// KindOfName returns the kind of record that a name can belong to. ErrInvalid:
// it fits no kind.
func KindOfName(name string) (Kind, error) {
	for i := range kindTable {
		if kindTable[i].matches(name) {
			return kindTable[i].kind, nil
		}
	}
	return "", invalidf("%q is not the name of a record", name)
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool { return k.info() != nil }

// New returns an empty record of the kind, and nil for one that is not Valid.
func (k Kind) New() Record {
	info := k.info()
	if info == nil {
		return nil
	}
	rec, _ := info.message.ProtoReflect().New().Interface().(Record)
	return rec
}

// Pattern returns the form of the kind's names, such as
// organizations/{organization}/needs/{need}; "" for a kind that is not Valid.
func (k Kind) Pattern() string {
	info := k.info()
	if info == nil {
		return ""
	}
	return info.pattern
}

// Matches reports whether a name fits the kind's pattern: variable segments are
// not empty, not "-", and printable UTF-8, and the whole is at most MaxNameBytes
// long.
func (k Kind) Matches(name string) bool {
	info := k.info()
	return info != nil && info.matches(name)
}

// IsSubject reports whether records of the kind are subjects, which others are
// below.
func (k Kind) IsSubject() bool { return k != "" && k.Subject() == k }

// HasExternalIDs reports whether records of the kind can carry external ids.
func (k Kind) HasExternalIDs() bool {
	info := k.info()
	if info == nil {
		return false
	}
	_, ok := info.message.(externalHolder)
	return ok
}

// Subject returns the kind of the subjects of k, which is k itself for a
// subject; "" for a kind that is not Valid.
func (k Kind) Subject() Kind {
	info := k.info()
	if info == nil {
		return ""
	}
	for i := range kindTable {
		if other := &kindTable[i]; len(other.segments) == 2 && other.segments[0] == info.segments[0] {
			return other.kind
		}
	}
	return ""
}

// Below returns the kinds whose records are below those of k: none, unless k is
// a subject.
func (k Kind) Below() []Kind {
	var kinds []Kind
	for i := range kindTable {
		if other := kindTable[i].kind; other != k && other.Subject() == k {
			kinds = append(kinds, other)
		}
	}
	return kinds
}

func (k Kind) info() *kindInfo {
	for i := range kindTable {
		if kindTable[i].kind == k {
			return &kindTable[i]
		}
	}
	return nil
}

func (info *kindInfo) matches(name string) bool {
	return len(name) <= MaxNameBytes && fits(name, info.segments)
}

// fits reports whether a name has just these segments; "" stands for any.
func fits(name string, segments []string) bool {
	rest, more := name, true
	for _, want := range segments {
		if !more {
			return false
		}
		var segment string
		segment, rest, more = strings.Cut(rest, "/")
		if want != "" && segment != want || want == "" && !validID(segment) {
			return false
		}
	}
	return !more
}

// validID reports whether a segment can be an id. Which ids a client may choose
// is stricter, and app's to say.
func validID(id string) bool {
	return id != "" && id != "-" && utf8.ValidString(id) &&
		!strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) })
}

// SubjectName returns the name of the subject of a record: the first two
// segments of its name.
func SubjectName(name string) string {
	_, rest, ok := strings.Cut(name, "/")
	if !ok {
		return name
	}
	id, _, ok := strings.Cut(rest, "/")
	if !ok {
		return name
	}
	return name[:len(name)-len(rest)+len(id)]
}

// ParentSubject returns the subject that ListOptions.Parent means for a kind, ""
// for all. ErrInvalid: the kind is not Valid, or has no such parents.
func ParentSubject(kind Kind, parent string) (string, error) {
	info := kind.info()
	switch {
	case info == nil:
		return "", invalidf("%q is not a kind", string(kind))
	case parent == "":
		return "", nil
	case len(info.segments) == 2:
		return "", invalidf("%s has no parent, so not %q", kind, parent)
	}
	own := info.segments[:len(info.segments)-2]
	if info.segments[len(own)+1] != "" {
		// A singleton such as canvas: one segment follows its parent's name.
		own = info.segments[:len(info.segments)-1]
	}
	parents := [][]string{info.segments[:2]}
	if !slices.Contains(own[2:], "") {
		// Below another record than the subject, keys are not together.
		parents = append(parents, own)
	}
	if len(parent) > MaxNameBytes || !slices.ContainsFunc(parents, func(segments []string) bool {
		return fits(parent, segments)
	}) {
		return "", invalidf("%q is not a parent of %s", parent, kind)
	}
	return SubjectName(parent), nil
}
