package testserver_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/testserver"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

// withDemo runs the program on the demo data.
func withDemo(t *testing.T, opts testserver.Options) *testserver.Server {
	t.Helper()
	if opts.Now.IsZero() {
		opts.Now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)
	}
	filled := memstore.New(memstore.Options{})
	a, err := app.Open(t.Context(), app.Options{Store: filled, Now: func() time.Time { return opts.Now }})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range demo.Names() {
		file, err := demo.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		var records []*maecenasv1.Record
		for row, err := range dataset.Read(file, dataset.ReadOptions{}) {
			if err != nil || row.Rejection != nil {
				t.Fatal(err, row.Rejection)
			}
			records = append(records, row.Record)
		}
		if _, _, err := a.Import(t.Context(), records); err != nil {
			t.Fatal(err)
		}
	}
	// The server learns at once when it starts: so that it finds nothing new then.
	if _, err := a.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	opts.Store = filled
	return testserver.Start(t, opts)
}

const (
	dinars      = "organizations/sahel-mutaharrika/needs/first-feature"
	dinar       = `{"rates": {"TND": "3.3845"}, "source": "Banque Centrale de Tunisie, taux moyen"}`
	dinarRecord = `{"name": "exchangeRates/2026-05-29", "rates": {"TND": "3.3845"}, "source": "Banque Centrale de Tunisie"}`
)

// ticketOf is the line TICKET of the demo's Tunisian need with a mandate.
func ticketOf(t *testing.T, s *testserver.Server, mandate string) *maecenasv1.MatchTerm {
	t.Helper()
	explained, err := maecenasv1.NewMatchServiceClient(s.Conn).ExplainMatch(t.Context(), &maecenasv1.ExplainMatchRequest{
		Need: dinars, Mandate: mandate,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range explained.GetMatch().GetTerms() {
		if line.GetTerm() == maecenasv1.MatchTerm_TICKET {
			return line
		}
	}
	t.Fatalf("no line TICKET in %v", explained)
	return nil
}

// TestImportedRates: the program brings no rate of the dinar along, so that the amounts
// of the demo's Tunisian needs cannot be compared with those of mandates in euros. An
// imported rate makes TICKET known at once, another changes it, and without it all is as
// it was.
func TestImportedRates(t *testing.T) {
	t.Parallel()
	s := withDemo(t, testserver.Options{})
	const mandate = "investors/amfora-ventures/mandates/studios-that-own"
	before := ticketOf(t, s, mandate)
	if before.GetScore() != 0 || before.GetPotential() != 10000 || before.GetReason().GetCode() != "TICKET_NO_RATE" {
		t.Fatalf("without a rate TICKET is %v", before)
	}
	code, made, header := call(t, s, "POST", "/v1/exchangeRates?exchangeRatesId=2026-05-29", dinar)
	if code != 200 || made["name"] != "exchangeRates/2026-05-29" || header.Get("Maecenas-Revision") == "" {
		t.Fatalf("%d %v", code, made)
	}
	known := ticketOf(t, s, mandate)
	if known.GetScore() != known.GetPotential() || known.GetReason().GetCode() == "TICKET_NO_RATE" {
		t.Errorf("with a rate TICKET is %v", known)
	}
	// A dinar worth a thousandth puts the need far under what is given.
	client := maecenasv1.NewExchangeRateServiceClient(s.Conn)
	updated, err := client.UpdateExchangeRates(t.Context(), &maecenasv1.UpdateExchangeRatesRequest{
		ExchangeRates: &maecenasv1.ExchangeRates{Name: "exchangeRates/2026-05-29", Rates: map[string]string{"TND": "3384.5"}},
		UpdateMask:    &fieldmaskpb.FieldMask{Paths: []string{"rates"}},
	})
	if err != nil || updated.GetSource() == "" {
		t.Fatal(updated, err)
	}
	if changed := ticketOf(t, s, mandate); changed.GetScore() == known.GetScore() {
		t.Errorf("another rate left TICKET at %v", changed)
	}
	if _, err := client.DeleteExchangeRates(t.Context(), &maecenasv1.DeleteExchangeRatesRequest{Name: "exchangeRates/2026-05-29"}); err != nil {
		t.Fatal(err)
	}
	if after := ticketOf(t, s, mandate); after.GetPotential() != 10000 || after.GetScore() != 0 {
		t.Errorf("without the rate again TICKET is %v", after)
	}
}

// TestRatesOfADay: imported rates count for their day over those brought along, and the
// latest not after the day asked counts.
func TestRatesOfADay(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	on := func(date string) map[string]map[string]any {
		code, got, _ := call(t, s, "GET", "/v1/exchangeRates:lookup?asOfDate="+date, "")
		if code != 200 || got["asOfDate"] != date {
			t.Fatalf("%d %v", code, got)
		}
		rates := map[string]map[string]any{}
		list, _ := got["rates"].([]any)
		for _, one := range list {
			rate, _ := one.(map[string]any)
			rates[fmt.Sprint(rate["currencyCode"])] = rate
		}
		return rates
	}
	if usd := on("2015-12-31")["USD"]; usd["unitsPerEuro"] != "1.0887" || usd["imported"] == true {
		t.Errorf("brought along: %v", usd)
	}
	for day, rates := range map[string]string{"2015-12-31": `{"USD": "2"}`, "2016-01-10": `{"USD": "3", "TND": "2.2"}`} {
		if code, got, _ := call(t, s, "POST", "/v1/exchangeRates?exchangeRatesId="+day, `{"rates": `+rates+`}`); code != 200 {
			t.Fatalf("%d %v", code, got)
		}
	}
	for date, want := range map[string]string{"2015-12-30": "<nil>", "2015-12-31": "2", "2016-01-09": "2", "2016-01-10": "3", "2016-01-29": "1.092"} {
		if usd := on(date)["USD"]; fmt.Sprint(usd["unitsPerEuro"]) != want {
			t.Errorf("on %s: %v, want %s", date, usd, want)
		}
	}
	if tnd := on("2020-01-01")["TND"]; tnd["rateDate"] != "2016-01-10" || tnd["imported"] != true {
		t.Errorf("the latest not after the day: %v", tnd)
	}
	_, list, _ := call(t, s, "GET", "/v1/exchangeRates?pageSize=1", "")
	if days, _ := list["exchangeRates"].([]any); len(days) != 1 || list["nextPageToken"] == "" {
		t.Errorf("listed: %v", list)
	}
	for body, path := range map[string]string{
		dinar:                                 "/v1/exchangeRates?exchangeRatesId=2026-02-30",
		`{"rates": {}}`:                       "/v1/exchangeRates?exchangeRatesId=2026-02-01",
		`{"rates": {"EUR": "1"}}`:             "/v1/exchangeRates?exchangeRatesId=2026-02-02",
		`{"rates": {"XXX": "1"}}`:             "/v1/exchangeRates?exchangeRatesId=2026-02-03",
		`{"rates": {"TND": "0.00"}}`:          "/v1/exchangeRates?exchangeRatesId=2026-02-04",
		`{"rates": {"TND": "-3"}}`:            "/v1/exchangeRates?exchangeRatesId=2026-02-05",
		`{"rates": {"TND": "12345678.9012"}}`: "/v1/exchangeRates?exchangeRatesId=2026-02-06",
		`{"rates": {"TND": "3.3"}}`:           "/v1/exchangeRates",
	} {
		code, got, _ := call(t, s, "POST", path, body)
		if word, fields := reason(got); code != 400 || word != "FIELD_INVALID" || len(fields) == 0 {
			t.Errorf("%s %s: %d %v", path, body, code, got)
		}
	}
}

// TestRatesSettleSizes: the size class that a stored organization shows goes by the
// newest rates.
func TestRatesSettleSizes(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	body := `{"displayName": "Sahel", "legalForm": "LIMITED_COMPANY", "helixRole": "COMPANY", "place": {"countryCode": "TN"},
		"financials": {"currencyCode": "TND", "fullTimeEquivalents": 5, "revenue12m": "3000000", "balanceSheetTotal": "3000000"}}`
	if code, got, _ := call(t, s, "POST", "/v1/organizations?organizationId=sahel", body); code != 200 || got["sizeClass"] != "SIZE_CLASS_UNSPECIFIED" {
		t.Fatalf("%d %v", code, got)
	}
	size := func() any {
		_, got, _ := call(t, s, "GET", "/v1/organizations/sahel", "")
		return got["sizeClass"]
	}
	for _, step := range []struct{ rate, want string }{{"3.3845", "MICRO"}, {"1", "SMALL"}, {"0.1", "MEDIUM"}} {
		code, got, _ := call(t, s, "PATCH", "/v1/exchangeRates/2026-05-29", `{"rates": {"TND": "`+step.rate+`"}}`)
		if code == 404 {
			code, got, _ = call(t, s, "POST", "/v1/exchangeRates?exchangeRatesId=2026-05-29", `{"rates": {"TND": "`+step.rate+`"}}`)
		}
		if code != 200 {
			t.Fatalf("%d %v", code, got)
		}
		if size() != step.want {
			t.Errorf("at %s for a euro the size class is %v, want %s", step.rate, size(), step.want)
		}
	}
	if code, _, _ := call(t, s, "DELETE", "/v1/exchangeRates/2026-05-29", ""); code != 200 || size() != "SIZE_CLASS_UNSPECIFIED" {
		t.Errorf("%d, and without a rate the size class is %v", code, size())
	}
}

// TestRatesAsRecords: rates are imported before what is worked out with them, once and no
// second time, and exported first.
func TestRatesAsRecords(t *testing.T) {
	t.Parallel()
	a, err := app.Open(t.Context(), app.Options{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	rates := &maecenasv1.ExchangeRates{}
	if err := protojson.Unmarshal([]byte(dinarRecord), rates); err != nil {
		t.Fatal(err)
	}
	record := &maecenasv1.Record{Resource: &maecenasv1.Record_ExchangeRates{ExchangeRates: rates}}
	odd := &maecenasv1.Record{Resource: &maecenasv1.Record_ExchangeRates{ExchangeRates: &maecenasv1.ExchangeRates{
		Name: "exchangeRates/today", Rates: map[string]string{"TND": "3"},
	}}}
	organization := &maecenasv1.Record{Resource: &maecenasv1.Record_Organization{Organization: &maecenasv1.Organization{
		Name: "organizations/sahel", DisplayName: "Sahel", LegalForm: maecenasv1.Organization_ASSOCIATION,
		HelixRole: maecenasv1.Organization_COMPANY, Place: &maecenasv1.Place{CountryCode: "TN"},
	}}}
	for _, want := range []app.Did{app.Created, app.Unchanged} {
		outcomes, _, err := a.Import(t.Context(), []*maecenasv1.Record{organization, record, odd})
		if err != nil || outcomes[1].Did != want || outcomes[2].Err == nil {
			t.Fatalf("%v %v", outcomes, err)
		}
	}
	var names []string
	err = a.Export(t.Context(), func(r *maecenasv1.Record) error {
		names = append(names, dataset.NameOf(r))
		return nil
	})
	if text, _ := json.Marshal(names); err != nil || string(text) != `["exchangeRates/2026-05-29","organizations/sahel"]` {
		t.Errorf("exported %s, %v", text, err)
	}
	if err := a.Verify(t.Context(), func(name, problem string) { t.Errorf("%s %s", name, problem) }); err != nil {
		t.Error(err)
	}
}
