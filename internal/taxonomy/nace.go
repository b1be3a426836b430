package taxonomy

import "strings"

// Scheme names a classification of economic activities. Its text is the API's
// enum value.
type Scheme string

// The schemes this package knows. The API's third, OTHER, is the user's own
// classification and has no relations.
const (
	NACE2  Scheme = "NACE_2"   // NACE Rev. 2, in force 2008-2024
	NACE21 Scheme = "NACE_2_1" // NACE Rev. 2.1, in force since 2025
)

// revision indexes the tables; 0 is no scheme, so that the zero Class is none.
type revision uint8

const (
	noRevision revision = iota
	rev2
	rev21
)

func revisionOf(s Scheme) revision {
	switch s {
	case NACE2:
		return rev2
	case NACE21:
		return rev21
	}
	return noRevision
}

// Class is one NACE code at any level of its hierarchy: section, division,
// group or class. It is small and comparable; the zero value is no code.
type Class struct {
	rev     revision
	section byte  // 'A'..'V'
	level   uint8 // 1..4
	// code is division*100 + group*10 + class, deeper digits than the level 0;
	// for a section 0.
	code uint16
}

// sections gives the section letter of each division, 0 where there is none.
var sections = [3][100]byte{
	rev2: spread("A01-03 B05-09 C10-33 D35-35 E36-39 F41-43 G45-47 H49-53 I55-56 J58-63 K64-66 " +
		"L68-68 M69-75 N77-82 O84-84 P85-85 Q86-88 R90-93 S94-96 T97-98 U99-99"),
	rev21: spread("A01-03 B05-09 C10-33 D35-35 E36-39 F41-43 G46-47 H49-53 I55-56 J58-60 K61-63 " +
		"L64-66 M68-68 N69-75 O77-82 P84-84 Q85-85 R86-88 S90-93 T94-96 U97-98 V99-99"),
}

// spread reads ranges like "A01-03". Division numbers 04, 34 and so on, which
// NACE leaves free between sections, lie in no range.
func spread(ranges string) (of [100]byte) {
	for _, r := range strings.Fields(ranges) {
		for d := number(r[1:3]); d <= number(r[4:6]); d++ {
			of[d] = r[0]
		}
	}
	return of
}

// number reads two decimal digits.
func number(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

// ParseActivity reads a NACE code: a section ("J"), division ("59"), group
// ("59.1" or "591") or class ("59.11" or "5911"), optionally with its section
// before it, as Eurostat writes ("J59.11"). Any code of valid shape is accepted
// whose division exists in the scheme. Errors are *[CodeError].
func ParseActivity(scheme Scheme, code string) (Class, error) {
	rev := revisionOf(scheme)
	if rev == noRevision {
		return Class{}, refuse(string(scheme), code, "is of no known scheme")
	}
	c := Class{rev: rev}
	rest := code
	if rest != "" && isLetter(rest[0]) {
		c.section = rest[0] &^ 0x20
		rest = rest[1:]
		if rest == "" {
			return sectionClass(c, scheme, code)
		}
	}
	digits, ok := naceDigits(rest)
	if !ok {
		return Class{}, refuse(string(scheme), code, "is not of the form J, 59, 59.1 or 59.11")
	}
	c.code = digits.code
	c.level = digits.level
	section := sections[rev][c.code/100]
	if section == 0 {
		return Class{}, refuse(string(scheme), code, "has no division "+rest[:2])
	}
	if c.section != 0 && c.section != section {
		return Class{}, refuse(string(scheme), code, "is not in section "+code[:1])
	}
	c.section = section
	return c, nil
}

func sectionClass(c Class, scheme Scheme, code string) (Class, error) {
	last := byte('U')
	if c.rev == rev21 {
		last = 'V'
	}
	if c.section < 'A' || c.section > last {
		return Class{}, refuse(string(scheme), code, "is no section")
	}
	c.level = 1
	return c, nil
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// naceDigits reads "59", "591", "59.1", "5911" or "59.11".
func naceDigits(s string) (c Class, ok bool) {
	if len(s) > 2 && s[2] == '.' {
		if len(s) == 3 {
			return c, false
		}
		s = s[:2] + s[3:]
	}
	if len(s) < 2 || len(s) > 4 {
		return c, false
	}
	scale := uint16(1000)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return c, false
		}
		c.code += uint16(s[i]-'0') * scale
		scale /= 10
	}
	c.level = uint8(len(s))
	return c, true
}

// Scheme is the classification the code belongs to; "" for the zero value.
func (c Class) Scheme() Scheme {
	switch c.rev {
	case rev2:
		return NACE2
	case rev21:
		return NACE21
	}
	return ""
}

// IsZero reports whether c is no code at all.
func (c Class) IsZero() bool { return c.level == 0 }

// Level is 1 for a section, 2 for a division, 3 for a group, 4 for a class, 0
// for the zero value.
func (c Class) Level() int { return int(c.level) }

// Section is the letter of the section that the code lies in.
func (c Class) Section() string {
	if c.level == 0 {
		return ""
	}
	return string(rune(c.section))
}

// String is the canonical code: "J", "59", "59.1", "59.11".
func (c Class) String() string {
	d := [5]byte{
		byte('0' + c.code/1000), byte('0' + c.code/100%10), '.',
		byte('0' + c.code/10%10), byte('0' + c.code%10),
	}
	switch c.level {
	case 1:
		return string(rune(c.section))
	case 2:
		return string(d[:2])
	case 3:
		return string(d[:4])
	case 4:
		return string(d[:])
	}
	return ""
}

// Parent is the code one level up; a section has none.
func (c Class) Parent() (Class, bool) {
	if c.level <= 1 {
		return Class{}, false
	}
	return c.at(c.level - 1), true
}

// at is the code's ancestor at a level not deeper than its own.
func (c Class) at(level uint8) Class {
	c.level = level
	switch level {
	case 1:
		c.code = 0
	case 2:
		c.code -= c.code % 100
	case 3:
		c.code -= c.code % 10
	}
	return c
}

// Contains reports whether o is c or lies below it, in the same scheme.
func (c Class) Contains(o Class) bool {
	return c.level != 0 && c.level <= o.level && c == o.at(c.level)
}
