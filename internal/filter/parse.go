package filter

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.einride.tech/aip/filtering"
	expr "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
)

// The bounds of a filter: they keep the work of parsing it, and of evaluating
// it on one record, small.
const (
	// MaxLength is the most characters of a filter or an order_by.
	MaxLength = 2000
	// MaxDepth is the most parentheses within each other.
	MaxDepth = 20
	// MaxTerms is the most comparisons of a filter.
	MaxTerms = 50
)

// Error says what is wrong with a filter or an order_by and where. Its text is
// for the caller who wrote it.
type Error struct {
	// Position is the character at which the fault was found, counted from 1;
	// 0 where it is nowhere in particular.
	Position int
	// Message says what is wrong.
	Message string
}

// Error returns the message with the position.
func (e *Error) Error() string {
	if e.Position == 0 {
		return e.Message
	}
	return fmt.Sprintf("at character %d: %s", e.Position, e.Message)
}

// Parse returns the filter that text states. Every error is an [*Error].
func (s *Schema) Parse(text string) (*Filter, error) {
	// The parser trims too, so its offsets begin at the first character.
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	lead := utf8.RuneCountInString(text[:len(text)-len(trimmed)])
	c := &compiler{schema: s, text: strings.TrimRightFunc(trimmed, unicode.IsSpace)}
	root, err := c.parse()
	if err == nil {
		return &Filter{root: root}, nil
	}
	var found *fault
	if !errors.As(err, &found) {
		return nil, &Error{Message: err.Error()}
	}
	at := min(max(found.offset, 0), len(c.text))
	return nil, &Error{Position: lead + utf8.RuneCountInString(c.text[:at]) + 1, Message: found.message}
}

// fault is an error at a byte of the trimmed text.
type fault struct {
	offset  int
	message string
}

func (f *fault) Error() string { return f.message }

// compiler makes the nodes of one filter.
type compiler struct {
	schema    *Schema
	text      string
	positions map[int64]int32 // byte offsets by expression id
	terms     int
}

func (c *compiler) parse() (*node, error) {
	if n := utf8.RuneCountInString(c.text); n > MaxLength {
		return nil, &fault{len(c.text), fmt.Sprintf("%d characters, more than %d", n, MaxLength)}
	}
	if c.text == "" {
		return nil, nil
	}
	tokens, err := scan(c.text)
	if err != nil {
		return nil, err
	}
	var parser filtering.Parser
	parser.Init(c.text)
	parsed, err := parser.Parse()
	if err != nil {
		return nil, c.syntaxFault(err, tokens)
	}
	c.positions = parsed.GetSourceInfo().GetPositions()
	return c.compile(parsed.GetExpr())
}

// scan returns the tokens of text, or what makes it unfit for the parser: bytes
// that are no token, nesting that would cost much, and what it would misread.
func scan(text string) ([]filtering.Token, error) {
	var lexer filtering.Lexer
	lexer.Init(text)
	var tokens []filtering.Token
	var before filtering.TokenType
	depth := 0
	for {
		token, err := lexer.Lex()
		if errors.Is(err, io.EOF) {
			return tokens, nil
		}
		if err != nil {
			return nil, located(err)
		}
		switch token.Type {
		case filtering.TokenTypeLeftParen:
			depth++
		case filtering.TokenTypeRightParen:
			depth--
		default:
		}
		reason := misread(token, before)
		if depth > MaxDepth {
			reason = fmt.Sprintf("more than %d parentheses within each other", MaxDepth)
		}
		if reason != "" {
			return nil, &fault{int(token.Position.Offset), reason}
		}
		tokens, before = append(tokens, token), token.Type
	}
}

// misread returns why the parser would not read token, which follows one of
// type before, as one would think; empty if it does.
func misread(token filtering.Token, before filtering.TokenType) string {
	switch token.Type {
	case filtering.TokenTypeLeftParen:
		if before.IsKeyword() {
			return fmt.Sprintf("a space is missing after %s", before)
		}
		if before.IsName() {
			return "functions are not supported"
		}
	case filtering.TokenTypeNumber:
		if before == filtering.TokenTypeDot {
			return ""
		}
		if len(token.Value) > 1 && token.Value[0] == '0' { // it would be octal
			return "a number begins with 0; text of digits, such as a date, stands in quotes"
		}
		if _, err := strconv.ParseInt(token.Value, 10, 64); err != nil {
			return quote(token.Value) + " is no whole number of 64 bits"
		}
	case filtering.TokenTypeString:
		if _, err := token.Unquote(); err != nil {
			return `a \ in this text begins nothing known; write \\ for itself`
		}
	default:
	}
	return ""
}

// placed is what the parser's errors have in common.
type placed interface {
	error
	Position() filtering.Position
	Message() string
}

// located returns the innermost place and message of an error of the parser.
// Its own text repeats the filter once for each rule it was in.
func located(err error) *fault {
	found := &fault{message: "not understood"}
	for at := placed(nil); errors.As(err, &at); err = errors.Unwrap(at) {
		found = &fault{int(at.Position().Offset), at.Message()}
	}
	return found
}

// syntaxFault says in the words of who wrote the filter what the parser does
// not understand.
func (c *compiler) syntaxFault(err error, tokens []filtering.Token) error {
	f := located(err)
	if f.offset >= len(c.text) {
		f.message = "the filter ends too early"
		return f
	}
	for _, token := range tokens {
		if int(token.Position.Offset) < f.offset || token.Type == filtering.TokenTypeWhitespace {
			continue
		}
		f.offset, f.message = int(token.Position.Offset), "unexpected "+quote(token.Value)
		if !token.Type.IsKeyword() && token.Value != ")" {
			f.message += "; text that has signs or spaces in it, such as a date, stands in quotes"
		}
		break
	}
	return f
}

// at returns the byte where e begins.
func (c *compiler) at(e *expr.Expr) int { return int(c.positions[e.GetId()]) }

func (c *compiler) faultf(e *expr.Expr, format string, args ...any) error {
	return &fault{c.at(e), fmt.Sprintf(format, args...)}
}
