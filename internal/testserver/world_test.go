package testserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// mark is in every text that the caller of a world may not see, and figures begins
// every number.
const (
	mark    = "KANARY"
	figures = "91827"
)

// telling makes the world of one caller: what others keep from it bears the mark.
type telling struct {
	// caller is the organization or investor whose people call.
	caller string
	// salt tells worlds apart in what the caller may not see.
	salt int
	// more adds records that do not exist for the caller.
	more bool
}

// world is a store in which two callers know a part each.
type world struct {
	*testserver.Server
	// caller is an owner of the telling's caller.
	caller *testserver.Client
	telling
}

const (
	alba    = "investors/alba"        // the investor that looks
	borea   = "investors/borea"       // another
	cirro   = "investors/cirro"       // has excluded atelier
	atelier = "organizations/atelier" // the organization that looks
	bottega = "organizations/bottega" // discloses all but its canvas
	cava    = "organizations/cava"    // is not listed
	darsena = "organizations/darsena" // has excluded alba
	egeria  = "organizations/egeria"  // was introduced to alba
)

// What a text or number is of its owner's.
const (
	public  = iota // the profile
	group          // a group of facts shown on introduction
	private        // for its own people alone
)

// hidden answers whether the caller may not see what is of a class of an owner's.
func (w telling) hidden(owner string, class int) bool {
	switch {
	case owner == w.caller:
		return false
	case class == private:
		return true
	case w.caller == alba && owner == egeria:
		return false
	case class == group:
		return true
	case w.caller == alba:
		return owner == cava || owner == darsena
	default:
		return strings.HasPrefix(owner, "organizations/") || owner == cirro
	}
}

// text is one of an owner's.
func (w telling) text(owner string, class int) string {
	if w.hidden(owner, class) {
		return fmt.Sprintf("%s %d %s", mark, w.salt, owner)
	}
	return "open words of " + owner
}

// number is one of an owner's groups of facts.
func (w telling) number(owner string, ordinary int) int {
	if w.hidden(owner, group) {
		return 918270000 + 100*(ordinary%97) + w.salt%100
	}
	return ordinary
}

// exists answers whether a subject is there: it is, unless it does not exist for the
// caller and only what exists is wanted.
func (w telling) exists(owner string) bool { return w.more || !w.hidden(owner, public) }

// newWorld starts a server with a world.
func newWorld(t testing.TB, tell telling) *world {
	t.Helper()
	w := &world{Server: testserver.Start(t, testserver.Options{}), telling: tell}
	for _, i := range []string{alba, borea, cirro} {
		if w.exists(i) {
			w.investor(t, i)
		}
	}
	for _, o := range []string{atelier, bottega, cava, darsena, egeria} {
		if w.exists(o) {
			w.organization(t, o)
		}
	}
	w.caller = w.As(t, testserver.Owner(tell.caller))
	w.deals(t)
	w.between(t)
	return w
}

// put sends JSON as the administrator.
func (w *world) put(t testing.TB, method, path, body string, args ...any) {
	t.Helper()
	w.send(t, w.Admin(), method, path, fmt.Sprintf(body, args...))
}

func (w *world) send(t testing.TB, as *testserver.Client, method, path, body string) map[string]any {
	t.Helper()
	code, answer, _ := as.REST(t, method, "/v1/"+path, body)
	if code != 200 {
		t.Fatalf("%s %s %s: %d %v", method, path, body, code, answer)
	}
	return answer
}

func idOf(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// canvasOf is a canvas in every block of which a text stands.
const canvasOf = `{"currencyCode": "EUR",
	"customerSegments": [{"id": "seg-one", "title": %[1]q, "description": %[1]q, "payer": true}],
	"valuePropositions": [{"id": "val-one", "title": %[1]q, "description": %[1]q}],
	"keyActivities": [{"id": "act-one", "title": %[1]q}],
	"costItems": [{"id": "cost-one", "title": %[1]q, "annualAmount": "%[2]d"}]}`

func (w *world) organization(t testing.TB, name string) {
	t.Helper()
	disclosure, listed, more := "", name != cava, ""
	if name == bottega {
		disclosure = `"disclosure": {"traction": "TO_INVESTORS", "financials": "TO_INVESTORS", "team": "TO_INVESTORS", "terms": "TO_INVESTORS"},`
	}
	if name == darsena {
		more = `"excludedInvestors": ["investors/alba"],`
	}
	secret, facts := w.text(name, private), w.text(name, group)
	number := w.number
	if name == bottega {
		number = func(_ string, ordinary int) int { return ordinary }
	}
	w.put(t, "POST", "organizations?organizationId="+idOf(name), `{"displayName": %[1]q, "description": %[1]q, "listed": %[2]t,`+disclosure+more+`
		"legalForm": "LIMITED_COMPANY", "helixRole": "COMPANY", "place": {"countryCode": "IT", "locality": "Bari"},
		"activities": [{"scheme": "NACE_2", "code": "90.01"}], "labels": ["theatre"],
		"externalIds": [{"system": "registry", "id": %[3]q}],
		"traction": {"interviews": %[5]d}, "team": {"members": [{"role": "CREATIVE", "sectorYears": %[6]d}]},
		"financials": {"currencyCode": "EUR", "cash": "%[7]d", "monthlyBurn": "%[8]d", "revenue12m": "%[9]d", "balanceSheetTotal": "%[7]d"},
		"priorFunding": [{"source": %[4]q, "instrument": "GRANT", "amount": "%[7]d", "currencyCode": "EUR", "date": "2024-05-05"}],
		"stateAid": [{"countryCode": "IT", "authority": %[4]q, "measure": %[4]q, "amountEur": "%[8]d", "grantDate": "2024-05-05", "deMinimis": true}]}`,
		w.text(name, public), listed, secret+" registry", facts, 7+w.salt*w.one(name)%5, 3+w.salt*w.one(name)%9, number(name, 60000), number(name, 4000), number(name, 90000))
	w.put(t, "PATCH", name+"/canvas", canvasOf, facts, w.number(name, 777))
	if w.more || name == w.telling.caller {
		w.put(t, "POST", name+"/needs?needId=drafted", `{"title": %[1]q, "description": %[1]q, "purpose": "PROJECT", "state": "DRAFT", "instruments": ["GRANT"], "currencyCode": "EUR", "amountMin": "%[2]d"}`,
			w.text(name, private), w.number(name, 5000))
	}
	if w.more && w.hidden(name, group) {
		// A second one makes a revision of the first, and assessments of both.
		w.put(t, "PATCH", name+"/canvas", canvasOf, facts+" again", w.number(name, 778))
		w.put(t, "PATCH", name+"/contact", `{"people": [{"displayName": %[1]q, "email": "%[2]s@example.org"}], "note": %[1]q}`, facts, strings.ReplaceAll(facts, " ", "."))
	}
	w.put(t, "POST", name+"/needs?needId=stage", `{"title": %[1]q, "description": %[1]q, "purpose": "PROJECT", "state": "OPEN", "instruments": ["GRANT", "LOAN"],
		"currencyCode": "EUR", "amountMin": "20000", "amountMax": "60000", "stage": "EARLY",
		"secured": [{"source": %[2]q, "instrument": "GRANT", "amount": "%[3]d"}], "terms": {"maxInterestBp": 400}}`,
		w.text(name, public), facts, w.number(name, 900)%10000)
}

// one is 1 where the caller does not see an owner's groups of facts.
func (w *world) one(owner string) int {
	if w.hidden(owner, group) && owner != bottega {
		return 1
	}
	return 0
}

func (w *world) investor(t testing.TB, name string) {
	t.Helper()
	excluded := ""
	if name == cirro {
		excluded = `"excludedOrganizations": ["organizations/atelier"],`
	}
	w.put(t, "POST", "investors?investorId="+idOf(name), `{"displayName": %[1]q, "type": "FOUNDATION", `+excluded+` "description": %[1]q, "place": {"countryCode": "IT"},
		"externalIds": [{"system": "registry", "id": %[2]q}]}`, w.text(name, public), w.text(name, private)+" registry")
	for _, one := range [][2]string{{"weighs", "CRITERIA_AND_WEIGHTS"}, {"asks", "CRITERIA"}, {"silent", "NONE"}} {
		id, disclosure := one[0], one[1]
		class, least := public, 5000
		if disclosure == "NONE" {
			class = private
			if w.hidden(name, private) {
				least = 918279999 // the same in every world: what a mandate asks shapes its score
			}
		}
		w.put(t, "POST", name+"/mandates?mandateId="+id, `{"title": %[1]q, "description": %[1]q, "state": "PUBLISHED", "disclosure": %[2]q,
			"instruments": [{"instrument": "GRANT", "amountMin": "5000", "amountMax": "%[3]d", "currencyCode": "EUR"}],
			"requirements": [{"title": %[4]q, "score": {"dimension": "FINANCIAL_RUNWAY", "score": 100}}],
			"weights": {"TEAM": 50, "PLACE": 30}, "externalIds": [{"system": "registry", "id": %[5]q}]}`,
			w.text(name, public), disclosure, max(least, 50000), w.text(name, class), w.text(name, private)+id)
	}
	if w.more || name == w.telling.caller {
		w.put(t, "POST", name+"/mandates?mandateId=drafted", `{"title": %[1]q, "description": %[1]q, "state": "DRAFT",
			"instruments": [{"instrument": "GRANT", "amountMin": "%[2]d", "currencyCode": "EUR"}]}`, w.text(name, private), w.number(name, 1000))
		w.put(t, "PATCH", name+"/contact", `{"people": [{"displayName": %[1]q}], "note": %[1]q}`, w.text(name, private))
	}
}

// deals: one published, of somebody that may not exist for the caller, and one not.
func (w *world) deals(t testing.TB) {
	t.Helper()
	organization := ""
	if w.more {
		organization = `"organization": "organizations/cava",`
	}
	w.put(t, "POST", borea+"/deals?dealId=told", `{%s "date": "2025-03-03", "instrument": "GRANT", "amount": "12000", "currencyCode": "EUR", "published": true,
		"snapshot": {"place": {"countryCode": "IT"}, "activities": [{"scheme": "NACE_2", "code": "90.01"}]}}`, organization)
	if w.more {
		w.put(t, "POST", borea+"/deals?dealId=untold", `{"date": "2025-04-04", "instrument": "GRANT", "amount": "%d", "currencyCode": "EUR", "coInvestors": [%q],
			"snapshot": {"place": {"countryCode": "IT"}}}`, w.number(borea, 4400), w.text(borea, private))
	}
}

// between is what lies between the sides: an introduction that the caller's side knows
// of, and one that it does not, marks, and who others' people are.
func (w *world) between(t testing.TB) {
	t.Helper()
	introduce := func(from *testserver.Client, need, mandate, message string) string {
		made := w.send(t, from, "POST", "introductions", fmt.Sprintf(`{"need": %q, "mandate": %q, "message": %q}`, need, mandate, message))
		name, _ := made["name"].(string)
		return name
	}
	if w.caller.Name != "" && w.telling.caller == alba {
		name := introduce(w.caller, egeria+"/needs/stage", alba+"/mandates/weighs", "hello")
		w.send(t, w.As(t, testserver.Owner(egeria)), "POST", name+":accept", `{}`)
	}
	if !w.more {
		return
	}
	// The side that is no caller proposes to one that is none either.
	need, mandate, owner := bottega+"/needs/stage", borea+"/mandates/asks", borea
	others := w.As(t, testserver.Owner(borea))
	introduce(others, need, mandate, w.text(owner, private))
	w.send(t, others, "POST", borea+"/bookmarks", fmt.Sprintf(`{"need": %[1]q, "mandate": %[2]q, "mark": "SHORTLISTED", "note": %[3]q, "reason": %[3]q}`, need, mandate, w.text(borea, private)))
	w.send(t, w.As(t, testserver.Owner(bottega)), "POST", bottega+"/bookmarks", fmt.Sprintf(`{"need": %[1]q, "mandate": %[2]q, "note": %[3]q}`, need, mandate, w.text(bottega, private)))
	w.put(t, "POST", "principals?principalId=someone", `{"kind": "PERSON", "displayName": %[1]q, "email": "kanary@example.org"}`, mark)
	w.put(t, "POST", "memberships", `{"member": "principals/someone", "resource": %q, "role": "EDITOR"}`, borea)
}
