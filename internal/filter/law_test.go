package filter_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// comparisons are atoms by the fact they read; none asks what is set.
var comparisons = map[string][]string{
	"cash":    {`organization.financials.cash > 3`, `organization.financials.cash != 3`, `organization.financials.cash:2`},
	"country": {`organization.place.country_code = IT`, `organization.place.country_code != "F*"`, `organization.place.country_code:i`},
	"form":    {`organization.legal_form = OTHER`, `organization.legal_form != (OTHER)`, `organization.legal_form:(OTHER OR COOPERATIVE)`},
	"founded": {`organization.founded_date < "2010-01-01"`, `organization.founded_date != "2010-01-01"`},
	"codes":   {`organization.activities.code = "59*"`, `organization.activities.code != "90.01"`, `organization.activities.code:"1"`},
	"shares":  {`organization.activities.share_bp <= 5000`, `organization.activities.share_bp != 5000`},
	"labels":  {`organization.labels:a`, `organization.labels:(-a b)`},
	"seen":    {`organization.verified_time >= "2026-01-01T00:00:00Z"`},
	"text":    {`organization.description:film`, `-organization.description = "*film"`},
	"amount":  {`need.amount_min = 2`, `need.amount_min < 4`},
	"weights": {`mandate.weights.SECTOR > 1`, `mandate.weights.SECTOR != 2`},
}

var facts = slices.Sorted(maps.Keys(comparisons))

// atom draws a comparison of one of the named facts.
func atom(t *rapid.T, names []string) string {
	return rapid.SampledFrom(comparisons[rapid.SampledFrom(names).Draw(t, "fact")]).Draw(t, "comparison")
}

// expression draws a filter over the named facts.
func expression(t *rapid.T, names []string, depth int) string {
	shape := rapid.IntRange(0, 4).Draw(t, "shape")
	if depth == 0 || shape == 0 {
		return atom(t, names)
	}
	left, right := expression(t, names, depth-1), ""
	if shape > 2 {
		right = expression(t, names, depth-1)
	}
	return fmt.Sprintf([]string{"", "NOT (%s)%s", "-(%s)%s", "(%s) AND (%s)", "(%s) OR (%s)"}[shape], left, right)
}

// draw makes messages of which those facts are set that shows says.
func draw(t *rapid.T) func(shows func(fact string) bool) map[string]proto.Message {
	small := rapid.Int64Range(0, 5)
	country := rapid.SampledFrom([]string{"IT", "FR", "ES"}).Draw(t, "country")
	form := rapid.SampledFrom([]maecenasv1.Organization_LegalForm{
		maecenasv1.Organization_OTHER, maecenasv1.Organization_COOPERATIVE, maecenasv1.Organization_FOUNDATION,
	}).Draw(t, "form")
	founded := rapid.SampledFrom([]string{"2009-12-31", "2010-01-01", "2020-05-05"}).Draw(t, "founded")
	codes := rapid.SliceOfN(rapid.SampledFrom([]string{"59.11", "90.01", "58.14"}), 1, 3).Draw(t, "codes")
	labels := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 2).Draw(t, "labels")
	seen := rapid.Int64Range(1767000000, 1768000000).Draw(t, "seen")
	text := rapid.SampledFrom([]string{"a film", "Film and dance", "dance"}).Draw(t, "text")
	cash, amount, weight := small.Draw(t, "cash"), small.Draw(t, "amount"), int32(small.Draw(t, "weight"))
	share := rapid.SampledFrom([]int32{0, 5000, 6000}).Draw(t, "share")

	return func(shows func(string) bool) map[string]proto.Message {
		o, need, mandate := &maecenasv1.Organization{}, &maecenasv1.Need{}, &maecenasv1.Mandate{}
		for i, code := range codes {
			activity := &maecenasv1.Activity{}
			if shows("codes") {
				activity.Code = code
			}
			if shows("shares") && i == 0 || shows("more shares") {
				activity.ShareBp = proto.Int32(share)
			}
			o.Activities = append(o.Activities, activity)
		}
		for fact, set := range map[string]func(){
			"cash":    func() { o.Financials = &maecenasv1.Financials{Cash: &cash} },
			"country": func() { o.Place = &maecenasv1.Place{CountryCode: country} },
			"form":    func() { o.LegalForm = form },
			"founded": func() { o.FoundedDate = &founded },
			"labels":  func() { o.Labels = labels },
			"seen":    func() { o.VerifiedTime = &timestamppb.Timestamp{Seconds: seen} },
			"text":    func() { o.Description = text },
			"amount":  func() { need.AmountMin = &amount },
			"weights": func() { mandate.Weights = map[string]int32{"SECTOR": weight} },
		} {
			if shows(fact) {
				set()
			}
		}
		return map[string]proto.Message{"organization": o, "need": need, "mandate": mandate}
	}
}

func drawShown(t *rapid.T, label string) map[string]bool {
	shown := map[string]bool{"more shares": rapid.Bool().Draw(t, label+" more shares")}
	for _, fact := range facts {
		shown[fact] = rapid.Bool().Draw(t, label+" "+fact)
	}
	return shown
}

// TestKleene: NOT, AND and OR are those of Kleene's strong logic, and De
// Morgan's laws hold in it.
func TestKleene(t *testing.T) {
	t.Parallel()
	schema := pairSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		shown := drawShown(t, "shown")
		messages := draw(t)(func(fact string) bool { return shown[fact] })
		a, b := expression(t, facts, 2), expression(t, facts, 2)
		of := func(format string, args ...any) int {
			return verdict(t, schema, fmt.Sprintf(format, args...), messages)
		}
		inA, inB := of("%s", a), of("%s", b)
		for text, want := range map[string]int{
			fmt.Sprintf("(%s) AND (%s)", a, b):                  min(inA, inB),
			fmt.Sprintf("(%s) (%s)", a, b):                      min(inA, inB),
			fmt.Sprintf("(%s) OR (%s)", a, b):                   max(inA, inB),
			fmt.Sprintf("NOT (%s)", a):                          isYes - inA,
			fmt.Sprintf("-(%s)", a):                             isYes - inA,
			fmt.Sprintf("NOT ((NOT (%s)) OR (NOT (%s)))", a, b): of("(%s) AND (%s)", a, b),
			fmt.Sprintf("NOT ((-(%s)) AND (-(%s)))", a, b):      of("(%s) OR (%s)", a, b),
		} {
			if got := verdict(t, schema, text, messages); got != want {
				t.Fatalf("%s: verdict %d, want %d", text, got, want)
			}
		}
	})
}

// TestNothingTellsOfWhatIsUnset: a filter over facts that are unset, however it
// is made, matches nothing, and so does its negation.
func TestNothingTellsOfWhatIsUnset(t *testing.T) {
	t.Parallel()
	schema := pairSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		shown := drawShown(t, "shown")
		shown["more shares"] = shown["more shares"] && shown["shares"]
		var hidden []string
		for _, fact := range facts {
			if !shown[fact] {
				hidden = append(hidden, fact)
			}
		}
		if len(hidden) == 0 {
			return
		}
		messages := draw(t)(func(fact string) bool { return shown[fact] })
		if text := expression(t, hidden, 3); verdict(t, schema, text, messages) != isUnknown {
			t.Fatalf("%s answers of what is unset", text)
		}
	})
}

// TestKnownStaysKnown: what a filter says of a record is not turned around when
// more of the record is shown.
func TestKnownStaysKnown(t *testing.T) {
	t.Parallel()
	schema := pairSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		record := draw(t)
		before, more := drawShown(t, "before"), drawShown(t, "more")
		text := expression(t, facts, 3)
		less := verdict(t, schema, text, record(func(fact string) bool { return before[fact] }))
		full := verdict(t, schema, text, record(func(fact string) bool { return before[fact] || more[fact] }))
		if less != isUnknown && less != full {
			t.Fatalf("%s: verdict %d, and %d with more shown", text, less, full)
		}
	})
}
