package validate

import (
	"fmt"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// Evidence of a third party comes from an attestation, never from a client's
// own word. A record that an administrator imported with it keeps it for as long
// as the facts that it speaks of stay as they were.

// evident is a group of facts or an item with evidence of its own.
type evident interface {
	proto.Message
	GetEvidence() *maecenasv1.Evidence
}

// claim reports evidence of a third party that old does not have for the same facts.
func (a *Audit) claim(field string, facts, old evident) {
	if facts.GetEvidence().GetLevel() != maecenasv1.Evidence_THIRD_PARTY_VERIFIED {
		return
	}
	if old != nil && old.ProtoReflect().IsValid() && proto.Equal(facts, old) {
		return
	}
	a.add(field+".evidence.level", "third_party", "comes from an attestation only; state SELF_DECLARED or DOCUMENTED")
}

// AttestedOrganization checks that o claims no evidence of a third party that
// old, which may be nil, does not have.
func (a *Audit) AttestedOrganization(o, old *maecenasv1.Organization) {
	a.claim("traction", o.GetTraction(), old.GetTraction())
	a.claim("financials", o.GetFinancials(), old.GetFinancials())
	a.claim("team", o.GetTeam(), old.GetTeam())
}

// AttestedCanvas checks the same of a canvas, whose items are told apart by
// their ids, and moats, which have none, by their place.
func (a *Audit) AttestedCanvas(c, old *maecenasv1.Canvas) {
	a.claim("unitEconomics", c.GetUnitEconomics(), old.GetUnitEconomics())
	message := c.ProtoReflect()
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if !field.IsList() || field.Message() == nil || field.Message().Fields().ByName("evidence") == nil {
			continue
		}
		before := itemsOf(old.ProtoReflect().Get(field).List())
		list := message.Get(field).List()
		for j := range list.Len() {
			item, ok := list.Get(j).Message().Interface().(evident)
			if !ok {
				continue
			}
			a.claim(fmt.Sprintf("%s[%d]", field.JSONName(), j), item, before[itemKey(item, j)])
		}
	}
}

func itemsOf(list protoreflect.List) map[string]evident {
	items := map[string]evident{}
	for j := range list.Len() {
		if item, ok := list.Get(j).Message().Interface().(evident); ok {
			items[itemKey(item, j)] = item
		}
	}
	return items
}

func itemKey(item evident, place int) string {
	if named, ok := item.(interface{ GetId() string }); ok {
		return named.GetId()
	}
	return fmt.Sprint(place)
}

// Attestation checks that an attestation names an item of the canvas where it speaks
// of one, and nowhere else, and that it ends no earlier than it begins.
func (a *Audit) Attestation(one *maecenasv1.Attestation) {
	switch item := one.GetSubject() == maecenasv1.Attestation_CANVAS_ITEM; {
	case item && one.GetCanvasItem() == "":
		a.add("canvasItem", "required", "must name the item by its block and id, such as revenueStreams/tickets")
	case !item && one.GetCanvasItem() != "":
		a.add("canvasItem", "unset", "goes with the subject CANVAS_ITEM only")
	}
	a.dates("asOfDate", one.GetAsOfDate(), one.GetExpireDate(), "expireDate")
}
