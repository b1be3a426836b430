package dataset

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// level is an open object or array on the way to an offset.
type level struct {
	array bool
	index int
	key   string
	// inKey: the next string is a member's name, not its value.
	inKey bool
}

// scanner walks the brackets and strings of JSON that may be broken anywhere.
type scanner struct {
	levels []level
}

// step takes the token at text[at:] and returns the offset after it.
func (s *scanner) step(text []byte, at int) int {
	top := len(s.levels) - 1
	switch text[at] {
	case '{':
		s.levels = append(s.levels, level{inKey: true})
	case '[':
		s.levels = append(s.levels, level{array: true})
	case '}', ']':
		if top >= 0 {
			s.levels = s.levels[:top]
		}
	case ',':
		if top >= 0 {
			s.levels[top].index++
			s.levels[top].inKey = !s.levels[top].array
		}
	case ':':
		if top >= 0 {
			s.levels[top].inKey = false
		}
	case '"':
		end := stringEnd(text, at)
		if top >= 0 && s.levels[top].inKey {
			s.levels[top].key = unquote(text[at:end])
		}
		return end
	}
	return at + 1
}

// stringEnd returns the offset after the string that begins at text[at].
func stringEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

func unquote(quoted []byte) string {
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return strings.Trim(string(quoted), `"`)
	}
	return s
}

// tooDeep finds where arrays and objects first nest deeper than depth.
func tooDeep(text []byte, depth int) (at int, deep bool) {
	var open int
	for i := 0; i < len(text); {
		switch text[i] {
		case '{', '[':
			open++
			if open > depth {
				return i, true
			}
		case '}', ']':
			open--
		case '"':
			i = stringEnd(text, i)
			continue
		}
		i++
	}
	return 0, false
}

// pathAt returns the protojson path of the value or member name that holds or
// begins at an offset, such as organization.activities[0].code. Names that are
// long or not plain are cut or quoted: a report shows them.
func pathAt(text []byte, offset int) string {
	var s scanner
	for i := 0; i < len(text) && i < offset; {
		next := s.step(text, i)
		if text[i] == '"' && next > offset {
			break
		}
		i = next
	}
	// An offset at a member's name means that member, not the one before it.
	if top := len(s.levels) - 1; top >= 0 && s.levels[top].inKey && offset < len(text) && text[offset] == '"' {
		s.step(text, offset)
	}
	var path strings.Builder
	for _, l := range s.levels {
		switch {
		case l.array:
			path.WriteString("[" + strconv.Itoa(l.index) + "]")
		case l.key == "":
		default:
			if path.Len() > 0 {
				path.WriteByte('.')
			}
			path.WriteString(showName(l.key))
		}
	}
	return path.String()
}

func showName(name string) string {
	const most = 64
	cut := false
	if len(name) > most {
		end := most
		for end > 0 && !utf8.RuneStart(name[end]) {
			end--
		}
		name, cut = name[:end], true
	}
	for _, r := range name {
		if r < '!' || r == '.' || r == '"' || r == '[' || r == utf8.RuneError || r > '~' {
			name = strconv.Quote(name)
			break
		}
	}
	if cut {
		name += "…"
	}
	return name
}
