// Package filter evaluates AIP-160 filters and AIP-132 order_by over messages.
//
// # Filters, for those who write them
//
//	organization.place.country_code = "IT" AND need.amount_min >= 20000
//	need.instruments:(GRANT OR LOAN) AND NOT organization.legal_form = PUBLIC_BODY
//	organization.activities.code = "59*" AND organization.founded_date < "2020-01-01"
//	theatre -festival mandate.decision_weeks <= 8
//
// A filter is made of comparisons, joined by AND, OR and NOT in capitals. A
// minus is a short NOT; parentheses group; two terms side by side are joined by
// AND. OR binds tighter than AND: a AND b OR c is a AND (b OR c), as AIP-160
// has it.
//
// A comparison is a field, an operator and a value. A field is written in
// snake_case with dots, as in the schema, and after the name of its resource
// where a call looks at several. A value with anything but letters, digits and
// underscores in it stands in quotes, single or double, which change nothing
// else; text always may.
//
//	text       = != case counts; * at the start or the end stands for anything
//	           < <= > >=  by bytes
//	           :  contains, case does not count
//	date       a text whose field's name ends in _date, YYYY-MM-DD; < <= > >= in time
//	timestamp  all, with an RFC 3339 value: verified_time > "2026-01-31T00:00:00Z"
//	number     all, with a whole number
//	enum       = != :  with the name of a value, case counts
//	bool       = != :  with true or false
//	list       :  has an element that equals the value
//	map        :  has the key; map.key is the value at the key, with its operators
//	anything   :*  is set
//
// A field inside a list of messages is looked at in every element, and one that
// fits is enough; two comparisons may be true of different elements. a != b is
// NOT a = b, so that over a list it asks that no element equals b. A value may
// be a group: a:(x OR y) is (a:x OR a:y), with = and : alone.
//
// A bare word searches: it is true where one of the call's search fields
// contains it, case and accents not counting, and false where none does: a text
// that is not there holds no word. So search fields must be texts that are
// disclosed to whoever may ask.
//
// # What is unset
//
// Whatever is not set is unknown: no comparison with it is true, and none is
// false. NOT unknown is unknown; AND is unknown where nothing is false and
// something is unknown, OR where nothing is true and something is unknown
// (Kleene's strong logic). A filter matches what it is true of. So neither
// cash > 5 nor NOT cash > 5 nor cash != 5 matches where cash is not set: ask
// NOT cash:* for that.
//
// Unset are: a message or a field with presence that is absent, and everything
// below it; an empty text, list or map; the enum value zero, named
// …_UNSPECIFIED; a map's value whose key is absent. A number or bool without
// presence is set where its message is, unless the schema counts its zero as
// unset ([Root].ZeroIsUnset).
//
// Plain AIP-160 says less, and in most servers a != b is true of what has no a.
// Here a fact that its owner does not disclose is unset for who asks, so that
// would be an answer about it. With three values, what a filter says of a
// record never turns around when more of the record becomes known, except
// through :*, which asks what is set, not what it is, and through bare words.
//
// # Order
//
// order_by is a list of fields with commas, each with asc (default) or desc
// after it: "amount_max desc, title". Only fields outside lists can be ordered
// by. What is unset comes last, whichever way.
//
// # Bounds
//
// A filter has at most [MaxLength] characters, [MaxDepth] parentheses within
// each other and [MaxTerms] comparisons, where a bare word counts once for each
// field it is searched in. Functions and inexact numbers are not supported.
package filter
