package fact

import (
	"strconv"
	"strings"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/taxonomy"
)

// Activity is what an organization does, or an entry of a list of such.
type Activity struct {
	// Class is the NACE code; zero for a code of the user's own.
	Class taxonomy.Class
	// Own is the code of the user's own classification; "" for NACE.
	Own string
	// Share is its share of the turnover in basis points, or Unset.
	Share int16
}

// ActivityOf compiles an activity; ok is false where the classification does not
// have the code.
func ActivityOf(a *maecenasv1.Activity) (Activity, bool) {
	out := Activity{Share: shareOf(a.ShareBp)}
	var err error
	switch a.GetScheme() {
	case maecenasv1.Activity_NACE_2:
		out.Class, err = taxonomy.ParseActivity(taxonomy.NACE2, a.GetCode())
	case maecenasv1.Activity_NACE_2_1:
		out.Class, err = taxonomy.ParseActivity(taxonomy.NACE21, a.GetCode())
	default:
		out.Own = a.GetCode()
	}
	return out, err == nil && (out.Own != "" || !out.Class.IsZero())
}

// Key is a NACE code as a number, different for different codes of one or two
// schemes; 0 for a code of the user's own.
func (a *Activity) Key() uint32 {
	if a.Own != "" || a.Class.IsZero() {
		return 0
	}
	key := uint32(a.Class.Level())<<8 | uint32(a.Class.Section()[0])
	if a.Class.Scheme() == taxonomy.NACE2 {
		key |= 1 << 16
	}
	var digits uint32
	for _, r := range a.Class.String() {
		if '0' <= r && r <= '9' {
			digits = 10*digits + uint32(r-'0')
		}
	}
	return key | digits<<17
}

// Text writes an activity as data, with its share in percent where it has one.
func (a *Activity) Text() string {
	text := a.Own
	if text == "" {
		text = a.Class.String()
	}
	if a.Share >= 0 {
		text += " " + Percent(int64(a.Share)) + "%"
	}
	return text
}

// Percent writes basis points, or hundredths of a percent, as percent.
func Percent(bp int64) string {
	s := strconv.FormatInt(bp/100, 10)
	if frac := bp % 100; frac != 0 {
		s += "." + strings.TrimSuffix(strconv.FormatInt(100+frac, 10)[1:], "0")
	}
	return s
}

// Domains is a set of cultural domains, by their enum numbers.
type Domains uint16

// DomainsOf compiles a list of domains.
func DomainsOf(list []maecenasv1.Organization_CulturalDomain) Domains {
	var s Domains
	for _, d := range list {
		if d > 0 && d < 16 {
			s |= 1 << d
		}
	}
	return s
}

// Has reports whether a domain is in the set.
func (s Domains) Has(d maecenasv1.Organization_CulturalDomain) bool { return s&(1<<d) != 0 }

// Names lists the set's enum values, in the order of the enum.
func (s Domains) Names() []string {
	var names []string
	for d := maecenasv1.Organization_CulturalDomain(1); d < 16; d++ {
		if s.Has(d) {
			names = append(names, d.String())
		}
	}
	return names
}

// Sections is the set of the sections of NACE that activities lie in: those of the
// first revision in the lower half, those of the second in the upper. Code of the user's
// own are in a section of their own in both.
func Sections(activities []Activity) (set uint64) {
	for i := range activities {
		set |= activities[i].section()
	}
	return set
}

func (a *Activity) section() uint64 {
	const own = 1<<31 | 1<<63
	if a.Own != "" || a.Class.IsZero() {
		return own
	}
	bit := uint64(1) << (a.Class.Section()[0] & 31)
	if a.Class.Scheme() != taxonomy.NACE2 {
		bit <<= 32
	}
	return bit
}

// SectionsApart reports whether no activity of one set is near one of the other: both
// are of one and the same revision, and no section is in both. What relates revisions
// may cross sections.
func SectionsApart(a, b uint64) bool {
	const first = 1<<32 - 1
	return a&b == 0 && ((a|b)&first == 0 || (a|b)&^first == 0)
}
