package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ListSeparator stands between the elements of a list in a cell.
const ListSeparator = ';'

// Join returns the cell of a list. No elements are an empty cell; so is a single
// empty one, which reads as none.
func Join(elements []string) string {
	var b strings.Builder
	for i, element := range elements {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(escaper.Replace(trim(element)))
	}
	return trim(b.String())
}

var escaper = strings.NewReplacer(`\`, `\\`, string(ListSeparator), `\`+string(ListSeparator))

// Split returns the elements of a list in a cell, without the spaces around
// them. An empty cell has none.
func Split(cell string) []string {
	if trim(cell) == "" {
		return nil
	}
	var elements []string
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		switch c := cell[i]; {
		case c == '\\' && i+1 < len(cell) && (cell[i+1] == '\\' || cell[i+1] == ListSeparator):
			i++
			b.WriteByte(cell[i])
		case c == ListSeparator:
			elements = append(elements, trim(b.String()))
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(elements, trim(b.String()))
}

// guard returns a cell that no spreadsheet takes for a formula.
func guard(cell string) string {
	if isFormula(cell) && !isInteger(cell) {
		return "'" + cell
	}
	return cell
}

// unguard returns the cell that guard was given.
func unguard(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(rest) {
		return rest
	}
	return cell
}

// isFormula tells whether what comes after any apostrophes begins as formulas
// do; the wide forms are those of East Asian keyboards.
func isFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, "'"))
	return strings.ContainsRune("=+-@＝＋－＠", first)
}

// isInteger tells a whole number, which a spreadsheet is to take as one.
func isInteger(cell string) bool {
	digits := strings.TrimPrefix(cell, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// clean is what Writer writes of a cell and Read reads of it: valid UTF-8, ends
// of lines as LF, nothing around it.
func clean(cell string) string {
	cell = strings.ToValidUTF8(cell, string(utf8.RuneError))
	if strings.ContainsRune(cell, '\r') {
		cell = strings.ReplaceAll(strings.ReplaceAll(cell, "\r\n", "\n"), "\r", "\n")
	}
	return trim(cell)
}

// trim leaves out space around a cell, and byte order marks, which a file that
// was put together of others has in between.
func trim(cell string) string {
	return strings.TrimFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}
