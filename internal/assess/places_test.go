package assess_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// ranges are the facts with their least and most value, and the one that serves
// readiness best.
var ranges = map[protoreflect.Name]struct{ least, most, best int64 }{
	"interviews":                 {0, 1e9, 1e9},
	"letters_of_intent":          {0, 1e9, 1e9},
	"pilots":                     {0, 1e9, 1e9},
	"paying_customers":           {0, 1e9, 1e9},
	"revenue_growth12m_bp":       {-10000, 1e6, 1e6},
	"cash":                       {-1e12, 1e12, 1e12},
	"monthly_burn":               {-1e12, 1e12, -1e12},
	"revenue12m":                 {0, 1e12, 1e12},
	"ebitda12m":                  {-1e12, 1e12, 1e12},
	"full_time_equivalents":      {0, 1e7, 0},
	"balance_sheet_total":        {0, 1e12, 0},
	"sector_years":               {0, 60, 0},
	"commitment_months":          {0, 1200, 0},
	"annual_amount":              {0, 1e12, 1e12},
	"recurrence":                 {1, 3, 1},
	"prepaid_share_bp":           {0, 10000, 0},
	"top_payer_share_bp":         {1, 10000, 1},
	"stage":                      {1, 3, 3},
	"owned_share_bp":             {0, 10000, 0},
	"effort_share_bp":            {0, 10000, 0},
	"performed_by":               {1, 5, 1},
	"behaviour":                  {1, 3, 1},
	"own_unit_cost_micros":       {0, 1e18, 0},
	"benchmark_unit_cost_micros": {0, 1e18, 0},
	"strength":                   {0, 4, 0},
}

// unsetFact is a fact of an input that is not stated.
type unsetFact struct {
	path      string
	ambiguous bool // the path cannot be told from here: several items are of one kind
	set       func(*rapid.T)
	best      func()
}

// unsetFacts lists them, those of absent groups included.
func unsetFacts(in *assess.Input) []unsetFact {
	var facts []unsetFact
	group := func(path string, ambiguous bool, present proto.Message, ensure func() proto.Message) {
		fields := present.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			field := fields.Get(i)
			bounds, ok := ranges[field.Name()]
			if !ok || present.ProtoReflect().IsValid() && present.ProtoReflect().Has(field) {
				continue
			}
			put := func(value int64) { putNumber(ensure().ProtoReflect(), field, value) }
			facts = append(facts, unsetFact{
				path: path + "." + field.JSONName(), ambiguous: ambiguous,
				set: func(t *rapid.T) {
					most := bounds.most
					if field.Name() == "effort_share_bp" {
						most = effortLeft(in, ensure())
					}
					put(drawBetween(t, bounds.least, most))
				},
				best: func() {
					if _, cost := present.(*maecenasv1.CostItem); cost && field.Name() == "annual_amount" {
						put(0)
						return
					}
					put(bounds.best)
				},
			})
		}
	}
	group("organization.traction", false, in.Traction, func() proto.Message {
		if in.Traction == nil {
			in.Traction = &maecenasv1.Traction{}
		}
		return in.Traction
	})
	group("organization.financials", false, in.Financials, func() proto.Message {
		if in.Financials == nil {
			in.Financials = &maecenasv1.Financials{CurrencyCode: "CHF"}
		}
		return in.Financials
	})
	group("canvas.unitEconomics", false, in.Canvas.GetUnitEconomics(), func() proto.Message {
		if in.Canvas == nil {
			in.Canvas = &maecenasv1.Canvas{CurrencyCode: "EUR"}
		}
		if in.Canvas.UnitEconomics == nil {
			in.Canvas.UnitEconomics = &maecenasv1.UnitEconomics{}
		}
		return in.Canvas.UnitEconomics
	})
	item := func(path string, ambiguous bool, message proto.Message) {
		group(path, ambiguous, message, func() proto.Message { return message })
	}
	items(item, "organization.team.members", in.Team.GetMembers(), func(m *maecenasv1.Team_Member) string { return m.Role.String() })
	c := in.Canvas
	items(item, "canvas.customerRelationships", c.GetCustomerRelationships(), (*maecenasv1.CustomerRelationship).GetId)
	items(item, "canvas.revenueStreams", c.GetRevenueStreams(), (*maecenasv1.RevenueStream).GetId)
	items(item, "canvas.keyActivities", c.GetKeyActivities(), (*maecenasv1.KeyActivity).GetId)
	items(item, "canvas.costItems", c.GetCostItems(), (*maecenasv1.CostItem).GetId)
	items(item, "canvas.moats", c.GetMoats(), func(m *maecenasv1.Moat) string { return m.Kind.String() })
	for _, r := range c.GetKeyResources() {
		if r.Kind == maecenasv1.KeyResource_INTELLECTUAL {
			items(item, "canvas.keyResources["+r.Id+"].rights", r.Rights, func(m *maecenasv1.Right) string { return m.Kind.String() })
		}
	}
	return facts
}

func items[T proto.Message](item func(string, bool, proto.Message), list string, messages []T, name func(T) string) {
	count := map[string]int{}
	for _, m := range messages {
		count[name(m)]++
	}
	for _, m := range messages {
		item(fmt.Sprintf("%s[%s]", list, name(m)), count[name(m)] > 1, m)
	}
}

// effortLeft is the share of effort that the others leave to one activity.
func effortLeft(in *assess.Input, one proto.Message) int64 {
	left := int64(10000)
	for _, a := range in.Canvas.KeyActivities {
		if proto.Message(a) != one {
			left -= int64(a.GetEffortShareBp())
		}
	}
	return left
}

// drawBetween draws a number, small ones, ends and any alike often.
func drawBetween(t *rapid.T, least, most int64) int64 {
	var value int64
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		value = rapid.SampledFrom([]int64{least, least + 1, most, 0, 1}).Draw(t, "end")
	case 1:
		value = rapid.Int64Range(least, most).Draw(t, "any")
	default:
		value = rapid.Int64Range(0, 1000).Draw(t, "mantissa")
		for range rapid.IntRange(0, 9).Draw(t, "exponent") {
			value *= 10
		}
	}
	return min(max(value, least), most)
}

func putNumber(m protoreflect.Message, field protoreflect.FieldDescriptor, value int64) {
	switch field.Kind() {
	case protoreflect.Int32Kind:
		m.Set(field, protoreflect.ValueOfInt32(int32(value)))
	case protoreflect.Int64Kind:
		m.Set(field, protoreflect.ValueOfInt64(value))
	default:
		m.Set(field, protoreflect.ValueOfEnum(protoreflect.EnumNumber(value)))
	}
}

var step = regexp.MustCompile(`^(\w+)(?:\[([^\]]+)\])?$`)

// locate finds the message and the field that a path names.
func locate(in *assess.Input, path string) (protoreflect.Message, protoreflect.FieldDescriptor) {
	root := proto.Message(in.Canvas)
	rest, ok := strings.CutPrefix(path, "canvas.")
	if !ok {
		rest = strings.TrimPrefix(path, "organization.")
		organization := &maecenasv1.Organization{Traction: in.Traction, Financials: in.Financials, Team: in.Team}
		if organization.Traction == nil {
			organization.Traction = &maecenasv1.Traction{}
		}
		if organization.Team == nil {
			organization.Team = &maecenasv1.Team{}
		}
		in.Traction, in.Team = organization.Traction, organization.Team
		root = organization
	}
	m := root.ProtoReflect()
	parts := strings.Split(rest, ".")
	for i, part := range parts {
		match := step.FindStringSubmatch(part)
		field := m.Descriptor().Fields().ByJSONName(match[1])
		if i == len(parts)-1 {
			return m, field
		}
		if match[2] == "" {
			m = m.Mutable(field).Message()
			continue
		}
		m = element(m.Get(field).List(), match[2])
	}
	panic(path)
}

// element finds the element of a list by its id, kind or role.
func element(list protoreflect.List, name string) protoreflect.Message {
	for i := range list.Len() {
		m := list.Get(i).Message()
		fields := m.Descriptor().Fields()
		if id := fields.ByName("id"); id != nil {
			if m.Get(id).String() == name {
				return m
			}
			continue
		}
		kind := fields.ByName("kind")
		if kind == nil {
			kind = fields.ByName("role")
		}
		if string(kind.Enum().Values().ByNumber(m.Get(kind).Enum()).Name()) == name {
			return m
		}
	}
	panic(name)
}

// current reads what an improvement says it is now.
func current(in *assess.Input, one *maecenasv1.Improvement) string {
	copied := clone(*in)
	m, field := locate(&copied, one.Path)
	switch {
	case field.IsList() || !m.Has(field):
		return ""
	case field.Kind() == protoreflect.EnumKind:
		return string(field.Enum().Values().ByNumber(m.Get(field).Enum()).Name())
	}
	return m.Get(field).String()
}

// apply makes an improvement.
func apply(t *rapid.T, in *assess.Input, one *maecenasv1.Improvement) {
	m, field := locate(in, one.Path)
	switch {
	case field.IsList() && field.Kind() == protoreflect.StringKind:
		m.Mutable(field).List().Append(protoreflect.ValueOfString(one.Proposed))
	case field.IsList():
		applyNew(t, m.Mutable(field).List(), one.Proposed)
	case field.Kind() == protoreflect.StringKind:
		m.Set(field, protoreflect.ValueOfString(one.Proposed))
	case field.Kind() == protoreflect.EnumKind:
		m.Set(field, protoreflect.ValueOfEnum(field.Enum().Values().ByName(protoreflect.Name(one.Proposed)).Number()))
	default:
		value, err := strconv.ParseInt(one.Proposed, 10, 64)
		if err != nil {
			t.Fatalf("%v: %v", one, err)
		}
		putNumber(m, field, value)
	}
}

// applyNew adds an item with one link, or a member with a role.
func applyNew(t *rapid.T, list protoreflect.List, proposed string) {
	m := list.NewElement().Message()
	fields := m.Descriptor().Fields()
	if role := fields.ByName("role"); role != nil {
		name := strings.TrimSuffix(proposed, " or PRODUCTION")
		m.Set(role, protoreflect.ValueOfEnum(role.Enum().Values().ByName(protoreflect.Name(name)).Number()))
		list.Append(protoreflect.ValueOfMessage(m))
		return
	}
	id, ok := strings.CutPrefix(proposed, "new, for ")
	if !ok {
		t.Fatalf("%q is no new item", proposed)
	}
	m.Set(fields.ByName("id"), protoreflect.ValueOfString("new"))
	for _, name := range []protoreflect.Name{"segment_ids", "value_proposition_ids"} {
		if field := fields.ByName(name); field != nil {
			m.Mutable(field).List().Append(protoreflect.ValueOfString(id))
		}
	}
	if field := fields.ByName("segment_id"); field != nil {
		m.Set(field, protoreflect.ValueOfString(id))
	}
	list.Append(protoreflect.ValueOfMessage(m))
}
