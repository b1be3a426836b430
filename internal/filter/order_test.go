package filter_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/filter"
)

func needSchema(t testing.TB) *filter.Schema {
	t.Helper()
	schema, err := filter.NewSchema(
		filter.Root{
			Message: descriptor(&maecenasv1.Need{}),
			Fields: []string{
				"title", "amount_min", "stage", "create_time", "terms", "terms.max_dilution_bp", "terms.accepts_rights_transfer",
				"instruments", "secured.amount",
			},
			Search: []string{"title"},
		},
		filter.Root{Name: "mandate", Message: descriptor(&maecenasv1.Mandate{}), Fields: []string{"title"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestOrder(t *testing.T) {
	t.Parallel()
	needs := []*maecenasv1.Need{
		{
			Title: "b", AmountMin: proto.Int64(5), Stage: maecenasv1.FundingStage_GROWTH,
			CreateTime: timestamppb.New(time.Unix(7, 2)),
			Terms:      &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(3), AcceptsRightsTransfer: proto.Bool(true)},
		},
		{
			Title: "a", AmountMin: proto.Int64(5), Stage: maecenasv1.FundingStage_SEED,
			CreateTime: timestamppb.New(time.Unix(7, 1)),
			Terms:      &maecenasv1.Need_Terms{MaxDilutionBp: proto.Int32(9), AcceptsRightsTransfer: proto.Bool(false)},
		},
		{Title: "d", AmountMin: proto.Int64(0), CreateTime: timestamppb.New(time.Unix(6, 9))},
		{Title: "c", Stage: maecenasv1.FundingStage_EARLY},
	}
	for text, want := range map[string]string{
		"":                                   "b a d c",
		" ":                                  "b a d c",
		"title":                              "a b c d",
		"title asc":                          "a b c d",
		"title desc":                         "d c b a",
		"amount_min, title":                  "d a b c",
		"amount_min desc,title":              "a b d c",
		"stage":                              "a c b d",
		"stage desc":                         "b c a d",
		"create_time":                        "d a b c",
		"create_time desc":                   "b a d c",
		"terms.max_dilution_bp desc":         "a b d c",
		"terms.accepts_rights_transfer":      "a b d c",
		"terms.accepts_rights_transfer desc": "b a d c",
	} {
		order, err := needSchema(t).ParseOrder(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		sorted := slices.Clone(needs)
		slices.SortStableFunc(sorted, func(a, b *maecenasv1.Need) int { return order.Compare(a, b) })
		var got []string
		for _, need := range sorted {
			got = append(got, need.GetTitle())
		}
		if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
		if order.Empty() != (strings.TrimSpace(text) == "") {
			t.Errorf("%q: Empty = %t", text, order.Empty())
		}
	}
}

func TestParseOrderErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"nothing":                              "no field",
		"amountMin":                            "write amount_min",
		"title up":                             "an order is fields",
		"title,":                               "an order is fields",
		"title; drop":                          "an order is fields",
		"title, title desc":                    "stands twice",
		"terms":                                "has no order",
		"instruments":                          "has no order",
		"secured.amount":                       "has no order",
		"mandate.title":                        "has no order",
		strings.Repeat("title,", 10) + "title": "too many",
		strings.Repeat("a", 2001):              "too long",
	} {
		_, err := needSchema(t).ParseOrder(text)
		if fault := (*filter.Error)(nil); !errors.As(err, &fault) || !strings.Contains(fault.Message, want) {
			t.Errorf("%s: error %v, want …%s…", text, err, want)
		}
	}
}

// TestListSchema: the fields of one resource stand alone.
func TestListSchema(t *testing.T) {
	t.Parallel()
	messages := map[string]proto.Message{"": &maecenasv1.Need{Title: "Tour", AmountMin: proto.Int64(3)}}
	for text, want := range map[string]int{
		`title = Tour AND amount_min < 5`: isYes,
		`tour`:                            isYes,
		`"title"`:                         isNo,
		`terms.max_dilution_bp > 3`:       isUnknown,
	} {
		if got := verdict(t, needSchema(t), text, messages); got != want {
			t.Errorf("%s: verdict %d, want %d", text, got, want)
		}
	}
}
