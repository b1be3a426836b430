package privacy_test

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/store"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// TestWhatADealKeeps: of an organization that is a natural person before the law
// nothing; of others what official codes say, no finer than a basic region.
func TestWhatADealKeeps(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	admin := s.Admin()
	must(t, admin, "POST", "/v1/investors?investorId=fondo", `{"displayName":"Fondo","type":"FOUNDATION"}`)
	for form, want := range map[string]string{
		"SOLE_TRADER": `{}`,
		"ASSOCIATION": `{"place":{"countryCode":"IT","regionCode":"ITC1"},"activities":[{"scheme":"NACE_2","code":"90.01"}],"culturalDomains":["PERFORMING_ARTS"]}`,
	} {
		id := "o-" + strings.ToLower(strings.ReplaceAll(form, "_", "-"))
		must(t, admin, "POST", "/v1/organizations?organizationId="+id, fmt.Sprintf(`{"displayName":"O","legalForm":%q,"helixRole":"COMPANY",
			"place":{"countryCode":"IT","regionCode":"ITC11","locality":"Torino","postalCode":"10100"},"culturalDomains":["PERFORMING_ARTS"],
			"activities":[{"scheme":"NACE_2","code":"90.01"},{"scheme":"OTHER","code":"the one puppeteer"}]}`, form))
		must(t, admin, "POST", "/v1/investors/fondo/deals?dealId="+id, fmt.Sprintf(
			`{"organization":"organizations/%s","date":"2025-01-01","instrument":"GRANT","amount":"777","currencyCode":"EUR"}`, id))
		must(t, admin, "POST", "/v1/organizations/"+id+":erase", fmt.Sprintf(`{"confirmName":"organizations/%s"}`, id))
		deal, err := maecenasv1.NewDealServiceClient(s.Conn).GetDeal(t.Context(), &maecenasv1.GetDealRequest{Name: "investors/fondo/deals/" + id})
		if err != nil {
			t.Fatal(err)
		}
		if got := deal.GetSnapshot(); deal.GetSnapshot() == nil || !proto.Equal(got, snapshot(form)) {
			t.Errorf("%s: %v, want %s", form, got, want)
		}
	}
	// The investor can still write the deal.
	must(t, admin, "PATCH", "/v1/investors/fondo/deals/o-sole-trader?updateMask=amount", `{"amount":"778"}`)
}

func snapshot(form string) *maecenasv1.Deal_Snapshot {
	if form == "SOLE_TRADER" {
		return &maecenasv1.Deal_Snapshot{}
	}
	return &maecenasv1.Deal_Snapshot{
		Place:           &maecenasv1.Place{CountryCode: "IT", RegionCode: "ITC1"},
		Activities:      []*maecenasv1.Activity{{Scheme: maecenasv1.Activity_NACE_2, Code: "90.01"}},
		CulturalDomains: []maecenasv1.Organization_CulturalDomain{maecenasv1.Organization_PERFORMING_ARTS},
	}
}

// TestNoLedgerNoErasure: what the ledger cannot tell of is not erased.
func TestNoLedgerNoErasure(t *testing.T) {
	t.Parallel()
	s := memstore.New(memstore.Options{})
	defer func() { _ = s.Close() }()
	a, err := app.Open(t.Context(), app.Options{Store: s, Now: func() time.Time { return time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	p := privacy.New(privacy.Options{App: a, Store: s, Ledger: erase.NewLedger(filepath.Join(t.TempDir(), "not", "there"))})
	const acme = "organizations/acme"
	if _, err := s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(&maecenasv1.Organization{Name: acme, Uid: "019e830e-1a00-7009-a023-c6fe11725620"})
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Erase(auth.WithPrincipal(t.Context(), auth.Local()), acme, acme); err == nil {
		t.Error("it was erased")
	}
	err = s.View(t.Context(), func(r store.Reader) error { return r.Get(acme, &maecenasv1.Organization{}) })
	if errors.Is(err, store.ErrNotFound) {
		t.Error("it is gone")
	}
}

// TestAnArchiveIsOfNobodyElse: an administrator's copy for an organization shows what
// the organization sees, not what administrators do.
func TestAnArchiveIsOfNobodyElse(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	filled(t, s)
	must(t, s.Admin(), "PATCH", "/v1/investors/fondo/mandates/bando?updateMask=weights,disclosure", `{"weights":{"SECTOR":7},"disclosure":"NONE"}`)
	files := exported(t, s.As(t, testserver.Administrator()), "organizations/zcanary-acme")
	if text := files["matches.jsonl"]; !strings.Contains(text, "investors/fondo/mandates/bando") || strings.Contains(text, `"terms"`) {
		t.Errorf("of a mandate that shows nothing: %s", text)
	}
	for name, text := range files {
		if strings.Contains(text, "zcanary-secret") {
			t.Errorf("%s holds an investor's notes", name)
		}
	}
	if code, _, _ := s.As(t, testserver.Auditor()).REST(t, "GET", "/v1/organizations/zcanary-acme:export", ""); code == http.StatusOK {
		t.Error("an auditor has a copy")
	}
}
