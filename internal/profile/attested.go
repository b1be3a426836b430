package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess/canonical"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// What a verifier attests is a group of facts, or an item of the canvas, word for
// word: its hash covers all that is stated there, evidence and its date included, so
// that no fresher date is claimed for what nobody looked at again.

// ContentHash is SHA-256, in hexadecimal, of what an attestation of a subject speaks
// of; false: there is nothing stated. An item of the canvas goes with the currency of
// its amounts. It is to be asked of a profile that no attestation was laid over.
func (p Profile) ContentHash(subject maecenasv1.Attestation_Subject, item string) (string, bool) {
	content := p.content(subject, item)
	if content == nil || canonical.Message(content, "id", "evidence") == nil {
		return "", false
	}
	members := []canonical.Member{
		{Key: "subject", Value: canonical.String(subject.String())},
		{Key: "content", Value: canonical.Message(content)},
	}
	if subject == maecenasv1.Attestation_CANVAS_ITEM {
		members = append(members,
			canonical.Member{Key: "canvasItem", Value: canonical.String(item)},
			canonical.Member{Key: "currencyCode", Value: canonical.String(p.Canvas.GetCurrencyCode())})
	}
	sum := sha256.Sum256(canonical.Object(members...))
	return hex.EncodeToString(sum[:]), true
}

// content is what an attestation speaks of; nil where it is not stated.
func (p Profile) content(subject maecenasv1.Attestation_Subject, item string) protoreflect.Message {
	var content protoreflect.Message
	switch subject {
	case maecenasv1.Attestation_TRACTION:
		content = p.Organization.GetTraction().ProtoReflect()
	case maecenasv1.Attestation_FINANCIALS:
		content = p.Organization.GetFinancials().ProtoReflect()
	case maecenasv1.Attestation_TEAM:
		content = p.Organization.GetTeam().ProtoReflect()
	case maecenasv1.Attestation_CANVAS_ITEM:
		content = p.item(item)
	}
	if content == nil || !content.IsValid() {
		return nil
	}
	return content
}

// item is an item of the canvas by its block and id, such as revenueStreams/tickets,
// a moat by its kind, and the unit economics by that alone; nil where there is none,
// or not just one.
func (p Profile) item(name string) protoreflect.Message {
	block, id, named := strings.Cut(name, "/")
	message := p.Canvas.ProtoReflect()
	field := message.Descriptor().Fields().ByJSONName(block)
	if field == nil || field.Message() == nil || evidenceOf(field.Message()) == nil {
		return nil
	}
	if !field.IsList() {
		if named || !message.Has(field) {
			return nil
		}
		return message.Get(field).Message()
	}
	var found protoreflect.Message
	list := message.Get(field).List()
	for i := range list.Len() {
		one := list.Get(i).Message()
		if !named || keyOf(one) != id {
			continue
		}
		if found != nil {
			return nil
		}
		found = one
	}
	return found
}

// keyOf is what an item is told by: its id or, where it has none, its kind.
func keyOf(item protoreflect.Message) string {
	fields := item.Descriptor().Fields()
	if id := fields.ByName("id"); id != nil {
		return item.Get(id).String()
	}
	if kind := fields.ByName("kind"); kind != nil && kind.Enum() != nil {
		if value := kind.Enum().Values().ByNumber(item.Get(kind).Enum()); value != nil {
			return string(value.Name())
		}
	}
	return ""
}

func evidenceOf(message protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	return message.Fields().ByName("evidence")
}

// Attested reads the attestations of an organization, oldest first.
func Attested(r store.Reader, organization string) ([]*maecenasv1.Attestation, error) {
	var attestations []*maecenasv1.Attestation
	err := r.List(store.KindAttestation, store.ListOptions{Parent: organization}, func(_ store.Cursor, rec store.Record) (bool, error) {
		if one, ok := rec.(*maecenasv1.Attestation); ok {
			attestations = append(attestations, one)
		}
		return true, nil
	})
	return attestations, err
}

// Holds answers whether an attestation counts on a day: the content is what was
// attested, and the day has not passed.
func (p Profile) Holds(a *maecenasv1.Attestation, day string) bool {
	hash, stated := p.ContentHash(a.GetSubject(), a.GetCanvasItem())
	return stated && hash == a.GetContentHash() && day <= a.GetExpireDate()
}

// attest lets the evidence of what attestations speak of count as that of a third
// party, for those that hold. It changes the profile, which must be the caller's own.
func (p Profile) attest(attestations []*maecenasv1.Attestation) {
	var proven []protoreflect.Message
	for _, one := range attestations {
		// The day was looked at when it was last said to hold: all that is made of one
		// state of the store then rests on the same facts.
		if one.GetHolds() && p.Holds(one, one.GetExpireDate()) {
			proven = append(proven, p.content(one.GetSubject(), one.GetCanvasItem()))
		}
	}
	for _, content := range proven {
		evidence := content.Mutable(evidenceOf(content.Descriptor())).Message()
		level := evidence.Descriptor().Fields().ByName("level")
		evidence.Set(level, protoreflect.ValueOfEnum(maecenasv1.Evidence_THIRD_PARTY_VERIFIED.Number()))
	}
}
