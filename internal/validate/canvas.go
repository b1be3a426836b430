package validate

import (
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/assess"
)

// Canvas checks a canvas: its currency, and that every link leads to an item of
// the right block.
func (a *Audit) Canvas(c *maecenasv1.Canvas) {
	a.externalIDs(c.GetExternalIds())
	a.currency("currencyCode", &c.CurrencyCode)
	for _, violation := range assess.Check(nil, c) {
		a.add(strings.TrimPrefix(violation.Path, "canvas."), "reference", "%s", violation.Description)
	}
}

// Financials checks the currency of financials.
func (a *Audit) Financials(f *maecenasv1.Financials) {
	if f != nil {
		a.currency("financials.currencyCode", &f.CurrencyCode)
	}
}

// investorName answers whether a text is an investor's resource name.
func investorName(name string) bool {
	id, found := strings.CutPrefix(name, "investors/")
	return found && id != "" && id != "-" && !strings.Contains(id, "/")
}
