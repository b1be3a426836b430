package fact

import "math/bits"

// DayNumber counts the days of the Gregorian calendar, so that dates YYYY-MM-DD
// can be subtracted; ok is false where the text has no such shape.
func DayNumber(date string) (day int64, ok bool) {
	if len(date) != 10 || date[4] != '-' || date[7] != '-' {
		return 0, false
	}
	y, okY := digits(date[:4])
	m, okM := digits(date[5:7])
	d, okD := digits(date[8:])
	if !okY || !okM || !okD || m < 1 || m > 12 {
		return 0, false
	}
	// March is the first month, so that a leap day ends its year.
	if m < 3 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d, true
}

func digits(s string) (n int64, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int64(s[i]-'0')
	}
	return n, true
}

// YearsBefore is the same day some years before, as text for comparison only: for
// 29 February it may be no day, and lies between two.
func YearsBefore(date string, years int64) string {
	y, ok := digits(date[:min(4, len(date))])
	if len(date) != 10 || !ok || y < years {
		return ""
	}
	y -= years
	return string([]byte{byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10)}) + date[4:]
}

// CompareProducts compares a·p with b·q, exactly; none may be negative.
func CompareProducts(a, p, b, q int64) int {
	h1, l1 := bits.Mul64(uint64(a), uint64(p))
	h2, l2 := bits.Mul64(uint64(b), uint64(q))
	switch {
	case h1 != h2 && h1 > h2 || h1 == h2 && l1 > l2:
		return 1
	case h1 == h2 && l1 == l2:
		return 0
	default:
		return -1
	}
}
