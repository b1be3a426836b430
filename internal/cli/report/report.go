// Package report writes assessments and matches for people to read in a
// terminal: aligned, coloured only where the terminal can, and saying the same
// without colour.
package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/maecenas-cci/maecenas/internal/cli/console"
)

// Points writes hundredths as points: 5831 is 58.31.
func Points(hundredths int32) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	return fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100)
}

// Words writes an enum's name as words: FINANCIAL_RUNWAY is Financial runway.
func Words(value fmt.Stringer) string {
	text := strings.ToLower(strings.ReplaceAll(value.String(), "_", " "))
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// enumWords writes a list of enum values as words.
func enumWords[E interface {
	fmt.Stringer
	protoreflect.Enum
}](values []E) string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = strings.ToLower(Words(value))
	}
	return strings.Join(words, ", ")
}

// bar draws a share of 10000 in ten cells.
func bar(value, potential int32) string {
	cell := func(v int32) int { return int((v + 500) / 1000) }
	full, most := cell(value), cell(potential)
	return strings.Repeat("█", full) + strings.Repeat("░", max(0, most-full)) + strings.Repeat("·", max(0, 10-max(full, most)))
}

// right sets text to the right of a column of n characters.
func right(text string, n int) string {
	return strings.Repeat(" ", max(0, n-utf8.RuneCountInString(text))) + text
}

// shorten cuts text to n characters.
func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:n-1]), " ,;") + "…"
}

// Title writes a heading.
func Title(c *console.Console, text string) {
	fmt.Fprintln(c.Out, c.Paint(console.Bold, console.Plain(text)))
}
