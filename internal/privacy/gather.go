package privacy

import (
	"google.golang.org/protobuf/proto"

	storagev1 "github.com/maecenas-cci/maecenas/gen/maecenas/storage/v1"
	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// subject is whom an archive is about.
type subject struct {
	name, uid string
	kind      store.Kind
}

func load(r store.Reader, name string) (subject, error) {
	kind, err := store.KindOfName(name)
	if err != nil {
		return subject{}, err
	}
	rec := kind.New()
	err = r.Get(name, rec)
	return subject{name: name, uid: rec.GetUid(), kind: kind}, err
}

// part is the records of one kind in an archive.
type part struct {
	name, holds string
	// sample is an empty record, whose fields are the columns.
	sample proto.Message
	// each calls take with the records, in a stable order.
	each func(e *record.Eyes, take func(proto.Message) error) error
}

// below is all records of a kind below a subject, or the subject itself.
func (s subject) below(kind store.Kind, name, holds string) part {
	return s.chosen(kind, name, holds, func(*record.Eyes, store.Record) (proto.Message, error) { return nil, nil }, true)
}

// chosen is the records of a kind for which show answers one; where own, all that
// are below the subject, as they are.
func (s subject) chosen(
	kind store.Kind, name, holds string, show func(*record.Eyes, store.Record) (proto.Message, error), own bool,
) part {
	options := store.ListOptions{}
	if own && kind != s.kind {
		options.Parent = s.name
	}
	return part{
		name: name, holds: holds, sample: kind.New(),
		each: func(e *record.Eyes, take func(proto.Message) error) error {
			if own && kind == s.kind {
				rec := kind.New()
				if err := e.Get(s.name, rec); err != nil {
					return err
				}
				return take(rec)
			}
			return e.List(kind, options, func(_ store.Cursor, rec store.Record) (bool, error) {
				if own {
					return true, take(rec)
				}
				shown, err := show(e, rec)
				if err != nil || shown == nil {
					return err == nil, err
				}
				return true, take(shown)
			})
		},
	}
}

// parts are the records of a subject's archive, in order.
func parts(s subject) []part {
	var all []part
	switch s.kind {
	case store.KindOrganization:
		all = []part{
			s.below(store.KindOrganization, "organizations", "the profile"),
			s.below(store.KindCanvas, "canvases", "the business-model canvas as it stands"),
			s.below(store.KindCanvasRevision, "canvas-revisions", "every version of the canvas"),
			s.below(store.KindNeed, "needs", "the needs"),
			s.below(store.KindAssessment, "assessments", "every assessment that was made, oldest first: basis ALL is over all facts, DISCLOSED over what investors see"),
			s.below(store.KindOrganizationContact, "contacts", "the people to contact"),
			s.below(store.KindAttestation, "attestations", "what verifiers attested"),
			s.below(store.KindOrganizationBookmark, "bookmarks", "private marks: shortlisted and dismissed mandates, with notes"),
			s.chosen(store.KindDeal, "deals", "deals that name the organization, where their investor published them", s.deal, false),
		}
	case store.KindInvestor:
		all = []part{
			s.below(store.KindInvestor, "investors", "the profile"),
			s.below(store.KindMandate, "mandates", "the mandates, with what they learned from deals"),
			s.below(store.KindDeal, "deals", "the deals"),
			s.below(store.KindInvestorContact, "contacts", "the people to contact"),
			s.below(store.KindInvestorBookmark, "bookmarks", "private marks: shortlisted and dismissed needs, with notes"),
		}
	default:
		all = []part{
			s.below(store.KindPrincipal, "principals", "the account; its password is stored only as a hash, and is not here"),
			s.below(store.KindApiKey, "api-keys", "the API keys, without their secrets, which are stored only as hashes"),
			sessions(s),
			s.chosen(store.KindAttestation, "attestations", "what the account attested", s.attested, false),
		}
	}
	if s.kind != store.KindPrincipal {
		all = append(all, s.chosen(store.KindIntroduction, "introductions", "introductions to the other side, with their way", s.introduction, false))
	}
	return append(all,
		s.chosen(store.KindMembership, "memberships", "who may do what", s.membership, false),
		s.chosen(store.KindConsent, "consents", "what was agreed to, and what was withdrawn", s.consent, false),
		part{
			name: "audit", holds: "who did what, as far as it is known: lines of others tell for whom they acted, not who they are",
			sample: &maecenasv1.AuditEntry{},
			each: func(e *record.Eyes, take func(proto.Message) error) error {
				return audit.About(e, s.uid, func(entry *maecenasv1.AuditEntry) error { return take(entry) })
			},
		},
	)
}

func (s subject) deal(e *record.Eyes, rec store.Record) (proto.Message, error) {
	d, ok := rec.(*maecenasv1.Deal)
	if !ok || d.GetOrganization() != s.name {
		return nil, nil
	}
	_, view, ok, err := e.InvestorOf(d.GetName())
	if err != nil || !ok {
		return nil, err
	}
	if seen := view.Deal(d); seen != nil {
		return seen, nil
	}
	return nil, nil
}

// introduction is as its side sees it, without where it could be taken from here.
func (s subject) introduction(e *record.Eyes, rec store.Record) (proto.Message, error) {
	i, ok := rec.(*maecenasv1.Introduction)
	if !ok {
		return nil, nil
	}
	seen, err := introduction.Shown(e, i)
	if seen == nil || err != nil {
		return nil, err
	}
	seen.NextStates = nil
	return seen, nil
}

func (s subject) membership(_ *record.Eyes, rec store.Record) (proto.Message, error) {
	if m, ok := rec.(*maecenasv1.Membership); ok && (m.GetMember() == s.name || m.GetResource() == s.name) {
		return m, nil
	}
	return nil, nil
}

func (s subject) consent(_ *record.Eyes, rec store.Record) (proto.Message, error) {
	c, ok := rec.(*maecenasv1.Consent)
	if ok && (c.GetSubject() == s.name || resource.Subject(c.GetName()) == s.name) {
		return c, nil
	}
	return nil, nil
}

func (s subject) attested(_ *record.Eyes, rec store.Record) (proto.Message, error) {
	if a, ok := rec.(*maecenasv1.Attestation); ok && a.GetVerifier() == s.name {
		return a, nil
	}
	return nil, nil
}

// sessions are when somebody was signed in; tokens are stored only as hashes, and
// those stay here.
func sessions(s subject) part {
	all := s.below(store.KindSession, "sessions", "when the account was signed in")
	each := all.each
	all.each = func(e *record.Eyes, take func(proto.Message) error) error {
		return each(e, func(rec proto.Message) error {
			if session, ok := rec.(*storagev1.Session); ok {
				session.Hash = nil
			}
			return take(rec)
		})
	}
	return all
}
