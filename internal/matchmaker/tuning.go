package matchmaker

import (
	"google.golang.org/protobuf/proto"

	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/match"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// Overrides are what one request asks in place of what mandates state.
type Overrides = match.Overrides

// tuning is what a request asks in place of what mandates state; nil: nothing. The
// request's own message stays as it is: its page tokens are bound to it.
func tuning(o Overrides) (*match.Tuning, error) {
	if o.Preferences != nil {
		o.Preferences = proto.CloneOf(o.Preferences)
	}
	audit := &validate.Audit{}
	audit.Tuning(len(o.Weights) > 0, len(o.WeightOrder) > 0, o.Preferences)
	if len(audit.Violations) > 0 {
		return nil, fault.Invalid(audit.Violations...)
	}
	return match.Tune(o), nil
}
