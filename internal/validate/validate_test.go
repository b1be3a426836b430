package validate_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

func place(codes ...string) *maecenasv1.Requirement {
	return &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Place{Place: &maecenasv1.Requirement_InPlaces{Codes: codes}}}
}

func TestMandate(t *testing.T) {
	t.Parallel()
	m := &maecenasv1.Mandate{
		OpenDate: "2026-02-01", CloseDate: "2026-01-01", TimeZone: "Mars/Base",
		Instruments: []*maecenasv1.InstrumentOffer{{AmountMin: proto.Int64(2), AmountMax: proto.Int64(1)}},
		Budget:      &maecenasv1.Mandate_Budget{Total: proto.Int64(1), Remaining: proto.Int64(2), CurrencyCode: "XXX"},
		Preferences: &maecenasv1.Preferences{
			Places: []*maecenasv1.Preferences_PlaceWish{{CountryCode: "IT", RegionCode: "FR1"}},
			Stages: []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_SEED}, {Stage: maecenasv1.FundingStage_SEED}},
		},
		Requirements: []*maecenasv1.Requirement{place("", "X", "EL30", "UKI", "it", "ZZ1")},
	}
	a := &validate.Audit{}
	a.Mandate(m)
	var fields []string
	for _, violation := range a.Violations {
		fields = append(fields, violation.Field)
	}
	want := []string{
		"openDate", "timeZone", "instruments[0].amountMin", "instruments[0].currencyCode", "budget.currencyCode", "budget.remaining",
		"preferences.places[0].regionCode", "preferences.stages[1].stage",
		"requirements[0].place.codes[0]", "requirements[0].place.codes[1]", "requirements[0].place.codes[5]",
	}
	if !slices.Equal(fields, want) {
		t.Errorf("violations of %q, want %q", fields, want)
	}
	if codes := m.GetRequirements()[0].GetPlace().GetCodes(); codes[4] != "IT" {
		t.Errorf("codes are not canonical: %q", codes)
	}
}

// TestGradedOnce: no value of a preference is graded twice, in whatever spelling.
func TestGradedOnce(t *testing.T) {
	t.Parallel()
	sector := func(scheme maecenasv1.Activity_Scheme, code string) *maecenasv1.Preferences_Sector {
		return &maecenasv1.Preferences_Sector{Grade: 5, Value: &maecenasv1.Preferences_Sector_Activity{Activity: &maecenasv1.Activity{Scheme: scheme, Code: code}}}
	}
	domain := func() *maecenasv1.Preferences_Sector {
		return &maecenasv1.Preferences_Sector{Grade: 5, Value: &maecenasv1.Preferences_Sector_CulturalDomain{CulturalDomain: maecenasv1.Organization_HERITAGE}}
	}
	a := &validate.Audit{}
	a.Tuning(false, false, &maecenasv1.Preferences{
		Sectors: []*maecenasv1.Preferences_Sector{
			sector(maecenasv1.Activity_NACE_2, "59.11"), domain(), sector(maecenasv1.Activity_NACE_2_1, "59.11"),
			sector(maecenasv1.Activity_NACE_2, "J59.11"), domain(),
		},
		Places: []*maecenasv1.Preferences_PlaceWish{
			{CountryCode: "TN"}, {CountryCode: "TN", Locality: "Sfax"}, {CountryCode: "tn", Locality: " sfax"}, {CountryCode: "TN", Grade: 50},
		},
		Stages:    []*maecenasv1.Preferences_StageWish{{Stage: maecenasv1.FundingStage_SEED}, {Stage: maecenasv1.FundingStage_SEED}},
		Impact:    []*maecenasv1.Preferences_ImpactWish{{Goal: 8}, {Goal: 11}, {Goal: 8}},
		Clusters:  []*maecenasv1.Preferences_ClusterWish{{Label: "a"}, {Label: "b"}, {Label: "a"}},
		Languages: []*maecenasv1.Preferences_LanguageWish{{Language: "pt"}, {Language: "pt-BR"}, {Language: "PT"}},
	})
	wantFields(t, "graded twice", a.Violations,
		"preferences.clusters[2].label unique", "preferences.impact[2].goal unique", "preferences.languages[2].language unique",
		"preferences.places[2] unique", "preferences.places[3] unique", "preferences.sectors[3] unique", "preferences.sectors[4] unique",
		"preferences.stages[1].stage unique")
}

// FuzzAudit holds that no message that can be decoded makes an audit panic.
func FuzzAudit(f *testing.F) {
	seed, err := proto.Marshal(&maecenasv1.Mandate{Requirements: []*maecenasv1.Requirement{place("I", "ITF4")}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, content []byte) {
		a := &validate.Audit{}
		o, c, n := &maecenasv1.Organization{}, &maecenasv1.Canvas{}, &maecenasv1.Need{}
		i, m, d := &maecenasv1.Investor{}, &maecenasv1.Mandate{}, &maecenasv1.Deal{}
		for message, audit := range map[proto.Message]func(){
			o: func() { a.Organization(o); a.AttestedOrganization(o, nil) },
			c: func() { a.Canvas(c); a.AttestedCanvas(c, nil) },
			n: func() { a.Need(n) }, i: func() { a.Investor(i) }, m: func() { a.Mandate(m) }, d: func() { a.Deal(d) },
		} {
			if proto.Unmarshal(content, message) == nil {
				audit()
			}
		}
	})
}
