package validate

import (
	"strings"
	"unicode"
)

// Printable bounds what of a caller's own text is shown back to it, and puts
// marks in place of what does not show.
func Printable(text string) string {
	const most = 64
	if len(text) > most {
		cut := most
		for cut > 0 && text[cut]&0xc0 == 0x80 { // within a character
			cut--
		}
		text = text[:cut] + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
