package taxonomy

// Size is an enterprise's size class, in ascending order.
type Size uint8

// The size classes of Commission Recommendation 2003/361/EC, Annex, Article 2.
const (
	Micro  Size = iota + 1 // fewer than 10 staff, and turnover or balance sheet at most EUR 2 million
	Small                  // fewer than 50, and either at most EUR 10 million
	Medium                 // fewer than 250, and turnover at most EUR 50 million or balance sheet at most EUR 43 million
	Large                  // everything else
)

var sizeNames = [...]string{Micro: "MICRO", Small: "SMALL", Medium: "MEDIUM", Large: "LARGE"}

// String is the API's enum value, "" for none.
func (s Size) String() string {
	if int(s) < len(sizeNames) {
		return sizeNames[s]
	}
	return ""
}

// SizeFacts are the figures of one enterprise's last year; nil is unknown, not
// zero. Amounts in other currencies are converted and rounded up to whole euro,
// which keeps every comparison with the ceilings exact.
type SizeFacts struct {
	// FullTimeEquivalents is the staff headcount in annual work units, whole,
	// rounded up.
	FullTimeEquivalents *int64
	// TurnoverEUR is the annual turnover in whole euro.
	TurnoverEUR *int64
	// BalanceSheetEUR is the balance sheet total in whole euro.
	BalanceSheetEUR *int64
}

// ceilings of a class: headcount below, and one of the two amounts at most.
type ceilings struct {
	size                          Size
	staff, turnover, balanceSheet int64
}

var sizeCeilings = [...]ceilings{
	{Micro, 10, 2_000_000, 2_000_000},
	{Small, 50, 10_000_000, 10_000_000},
	{Medium, 250, 50_000_000, 43_000_000},
}

// SizeClass is the size class of an enterprise that stands alone, as an
// interval: least if every unknown figure is as small, most if it is as large as
// can be. The two are equal exactly when the stated figures decide. Partner and
// linked enterprises (Article 3) are not looked at, nor the two-year rule
// (Article 4): the class is what the stated figures say.
func SizeClass(in SizeFacts) (least, most Size) {
	return smallest(in, 0), smallest(in, 1<<62)
}

// smallest is the first class whose ceilings hold, an unknown figure standing at
// unknown.
func smallest(in SizeFacts, unknown int64) Size {
	staff := stated(in.FullTimeEquivalents, unknown)
	turnover := stated(in.TurnoverEUR, unknown)
	balanceSheet := stated(in.BalanceSheetEUR, unknown)
	for _, c := range sizeCeilings {
		if staff < c.staff && (turnover <= c.turnover || balanceSheet <= c.balanceSheet) {
			return c.size
		}
	}
	return Large
}

func stated(v *int64, unknown int64) int64 {
	if v == nil {
		return unknown
	}
	return *v
}
