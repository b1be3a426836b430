package gate

import (
	"slices"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/match/fact"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// named is an enum value with a name.
type named interface {
	comparable
	String() string
}

func names[T named](values []T) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.String()
	}
	return strings.Join(list, ",")
}

// oneOf answers whether a value is among values; the zero value is unset.
func oneOf[T named](values []T, v T) Answer {
	var unset T
	if v == unset {
		return Unknown
	}
	return passIf(slices.Contains(values, v))
}

// nameOf is a value's name, "" where it is unset.
func nameOf[T named](v T) string {
	var unset T
	if v == unset {
		return ""
	}
	return v.String()
}

type legalForms struct {
	noDistance
	values []maecenasv1.Organization_LegalForm
}

func (r legalForms) answer(n *fact.Need, _ *fact.Exchange) Answer {
	return oneOf(r.values, maecenasv1.Organization_LegalForm(n.LegalForm))
}
func (r legalForms) code() string               { return "LEGAL_FORM_IN" }
func (r legalForms) required(*fact.Need) string { return names(r.values) }
func (r legalForms) actual(n *fact.Need, _ *fact.Exchange) string {
	return nameOf(maecenasv1.Organization_LegalForm(n.LegalForm))
}

type helixRoles struct {
	noDistance
	values []maecenasv1.Organization_HelixRole
}

func (r helixRoles) answer(n *fact.Need, _ *fact.Exchange) Answer {
	return oneOf(r.values, maecenasv1.Organization_HelixRole(n.HelixRole))
}
func (r helixRoles) code() string               { return "HELIX_ROLE_IN" }
func (r helixRoles) required(*fact.Need) string { return names(r.values) }
func (r helixRoles) actual(n *fact.Need, _ *fact.Exchange) string {
	return nameOf(maecenasv1.Organization_HelixRole(n.HelixRole))
}

// sizeClasses: the size class, which follows from the financials, is one of these.
type sizeClasses struct {
	noDistance
	values []maecenasv1.Organization_SizeClass
}

// sizeOf is the size class as an interval.
func sizeOf(n *fact.Need, x *fact.Exchange) (least, most taxonomy.Size) {
	if n.SizeLeast != 0 {
		return n.SizeLeast, n.SizeMost
	}
	return n.Rest.Size.Class(x)
}

func (r sizeClasses) answer(n *fact.Need, x *fact.Exchange) Answer {
	if n.Shown&fact.Financials == 0 {
		return Unknown
	}
	least, most := sizeOf(n, x)
	in, out := false, false
	for s := least; s <= most; s++ {
		if slices.Contains(r.values, maecenasv1.Organization_SizeClass(s)) {
			in = true
		} else {
			out = true
		}
	}
	if in && out {
		return Unknown
	}
	return passIf(in)
}
func (r sizeClasses) code() string               { return "SIZE_CLASS_IN" }
func (r sizeClasses) required(*fact.Need) string { return names(r.values) }
func (r sizeClasses) actual(n *fact.Need, x *fact.Exchange) string {
	least, most := sizeOf(n, x)
	switch {
	case n.Shown&fact.Financials == 0 || least == taxonomy.Micro && most == taxonomy.Large:
		return ""
	case least == most:
		return least.String()
	default:
		return least.String() + ".." + most.String()
	}
}

// languages: the organization works in one of these; "pt" is met by "pt-BR".
type languages struct {
	noDistance
	values []string
}

func (r languages) answer(n *fact.Need, _ *fact.Exchange) Answer {
	if len(n.Rest.Languages) == 0 {
		return Unknown
	}
	for _, wanted := range r.values {
		for _, have := range n.Rest.Languages {
			if fact.MeetsLanguage(wanted, have) {
				return Pass
			}
		}
	}
	return Fail
}
func (r languages) code() string               { return "LANGUAGE_IN" }
func (r languages) required(*fact.Need) string { return strings.Join(r.values, ",") }
func (r languages) actual(n *fact.Need, _ *fact.Exchange) string {
	return strings.Join(n.Rest.Languages, ",")
}

// clusterMembership: the organization carries one of these labels.
type clusterMembership struct {
	noDistance
	labels []string
}

func (r clusterMembership) answer(n *fact.Need, _ *fact.Exchange) Answer {
	for _, l := range r.labels {
		if slices.Contains(n.Rest.Labels, l) {
			return Pass
		}
	}
	return Fail
}
func (r clusterMembership) code() string               { return "CLUSTER_MEMBER" }
func (r clusterMembership) required(*fact.Need) string { return strings.Join(r.labels, ",") }
func (r clusterMembership) actual(n *fact.Need, _ *fact.Exchange) string {
	return strings.Join(n.Rest.Labels, ",")
}

// founded: the organization was founded between two days, inclusive.
type founded struct{ earliest, latest string }

func (r founded) answer(n *fact.Need, _ *fact.Exchange) Answer {
	d := n.Rest.Founded
	switch {
	case r.earliest == "" && r.latest == "":
		return Pass
	case d == "":
		return Unknown
	default:
		return passIf((r.earliest == "" || d >= r.earliest) && (r.latest == "" || d <= r.latest))
	}
}
func (r founded) code() string                                 { return "FOUNDED_BETWEEN" }
func (r founded) required(*fact.Need) string                   { return r.earliest + ".." + r.latest }
func (r founded) actual(n *fact.Need, _ *fact.Exchange) string { return n.Rest.Founded }
func (r founded) distance(n *fact.Need, _ *fact.Exchange) (int64, string, bool) {
	d, ok := fact.DayNumber(n.Rest.Founded)
	if !ok {
		return 0, "", false
	}
	if e, ok := fact.DayNumber(r.earliest); ok && d < e {
		return e - d, "DAYS", true
	}
	if l, ok := fact.DayNumber(r.latest); ok && d > l {
		return d - l, "DAYS", true
	}
	return 0, "", false
}
