package assess_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// TestRubric: it is whole, it is what assessments are made by, and who asks
// cannot change it.
func TestRubric(t *testing.T) {
	t.Parallel()
	r := assess.Rubric()
	a := assess.Assess(assess.Input{})
	if r.Version != assess.RubricVersion || a.RubricVersion != r.Version || len(r.Dimensions) != 14 || len(r.Readiness) != 9 || len(r.Flags) != 7 || len(r.EvidenceWeights) != 3 {
		t.Fatalf("not whole: %v", r)
	}
	sum := int32(0)
	for i, d := range r.Dimensions {
		sum += d.Weight
		if result := a.Dimensions[i]; d.Dimension != result.Dimension || d.Weight != result.Weight || d.Group != result.Group {
			t.Errorf("the rubric has %v, the assessment %v", d, result)
		}
		if d.Question == "" || d.Formula == "" || len(d.Anchors) == 0 || len(d.Sources) == 0 {
			t.Errorf("%v lacks something: %v", d.Dimension, d)
		}
		for _, one := range d.Anchors {
			if one.Input == "" || one.Value < 0 || one.Value > 10000 {
				t.Errorf("%v: anchor %v", d.Dimension, one)
			}
		}
	}
	if sum != 100 {
		t.Errorf("weights sum to %d", sum)
	}
	for i, flag := range r.Flags {
		if flag.Flag != maecenasv1.Assessment_Flag(i+1) || flag.Condition == "" {
			t.Errorf("flag %d is %v", i, flag)
		}
	}
	if len(r.Credits) == 0 || !strings.Contains(r.Credits[0], "Strategyzer") || !strings.Contains(r.Credits[0], "CC BY-SA 3.0") {
		t.Errorf("credits: %v", r.Credits)
	}
	r.Sources[0], r.Dimensions[0].Weight, r.Dimensions[0].Sources[0] = "x", 99, "x"
	if proto.Equal(r, assess.Rubric()) || assess.Assess(assess.Input{}).Dimensions[0].Weight == 99 {
		t.Error("who asks can change it")
	}
}

// TestNextReadiness: what the next level lacks, by example.
func TestNextReadiness(t *testing.T) {
	t.Parallel()
	lacks := func(in assess.Input) string {
		var lines []string
		next := assess.Assess(in).GetNextReadiness()
		for _, gap := range next.GetLacks() {
			lines = append(lines, gap.Path+" "+gap.Required+" ["+gap.Actual+"]")
		}
		return strings.Join(lines, "\n")
	}
	expect := func(name string, in assess.Input, want ...string) {
		t.Helper()
		if got := lacks(in); got != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
	expect("nothing", assess.Input{}, "canvas.customerSegments >= 1 item [0]", "canvas.valuePropositions >= 1 item [0]")
	expect("undisclosed", assess.Input{CanvasUndisclosed: true}, "canvas disclosed []")

	in := filled(3)
	in.Canvas.CostItems[2].AnnualAmount = nil
	in.Canvas.RevenueStreams[1].AnnualAmount = nil
	expect("amounts", in, "canvas.revenueStreams[stream-1].annualAmount stated []", "canvas.costItems[cost-2].annualAmount stated []")

	in = filled(3)
	for _, cost := range in.Canvas.CostItems {
		cost.AnnualAmount = proto.Int64(1_000_000)
	}
	expect("costs", in, "canvas.revenueStreams annual amounts together >= 1000000, the costs that grow with sales [600018]")

	in = filled(3)
	in.Traction = &maecenasv1.Traction{Interviews: proto.Int32(4), Pilots: proto.Int32(0)}
	for _, stream := range in.Canvas.RevenueStreams {
		stream.Stage = maecenasv1.RevenueStream_PLANNED
	}
	const enough = " (one of these is enough)"
	expect("untested", in,
		"organization.traction.interviews >= 5"+enough+" [4]",
		"organization.traction.lettersOfIntent >= 1"+enough+" []",
		"organization.traction.pilots >= 1"+enough+" [0]",
		"organization.traction.payingCustomers >= 1"+enough+" []",
		"canvas.revenueStreams a PILOT or ACTUAL stream with an amount above 0"+enough+" [none]")
	in.Traction.PayingCustomers = proto.Int32(2)
	expect("few customers", in,
		"organization.traction.payingCustomers >= 3 [2]",
		"canvas.revenueStreams an ACTUAL stream with an amount above 0 [none]")

	in = filled(3)
	in.Financials = &maecenasv1.Financials{CurrencyCode: "EUR", Ebitda12M: proto.Int64(-1), Cash: proto.Int64(11), MonthlyBurn: proto.Int64(1)}
	expect("a loss", in,
		"organization.financials.ebitda12m >= 0"+enough+" [-1]",
		"organization.financials.revenue12m > 0"+enough+" []",
		"organization.financials.monthlyBurn <= 0, or cash for 12 months"+enough+" [1]")
	in.Financials.Cash = proto.Int64(12)
	in.Traction.RevenueGrowth12MBp = proto.Int32(0)
	expect("no growth", in,
		"organization.financials.ebitda12m >= 0 [-1]",
		"organization.financials.revenue12m > 0 []",
		"organization.traction.revenueGrowth12mBp > 0 [0]",
		"canvas.revenueStreams ACTUAL streams with an amount above 0 in 2 segments [ACTUAL in 1 segments]")
}
