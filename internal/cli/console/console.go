// Package console is what commands know of where they were called from: the
// streams, the environment, whether a person reads along; and how they tell
// what went wrong.
package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Console is where a command was called from.
type Console struct {
	// In is what the command reads, Out what it answers, Err what it tells beside
	// its answer: progress and errors.
	In       io.Reader
	Out, Err io.Writer
	// Env is the environment, as NAME=value.
	Env []string
}

// Getenv returns the value of a variable; empty if it is not set.
func (c *Console) Getenv(name string) string {
	value := ""
	for _, entry := range c.Env { // the last one holds
		if n, v, ok := strings.Cut(entry, "="); ok && n == name {
			value = v
		}
	}
	return value
}

// IsTerminal tells whether a stream is a terminal.
func IsTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Width returns how many columns Out has; 0 where it is no terminal.
func (c *Console) Width() int {
	file, ok := c.Out.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// Color tells whether a stream is to be coloured: a terminal that can, unless
// NO_COLOR asks not to.
func (c *Console) Color(stream io.Writer) bool {
	return c.Getenv("NO_COLOR") == "" && c.Getenv("TERM") != "dumb" && IsTerminal(stream)
}

// Style is how text is set off.
type Style string

// The styles, as SGR parameters (ECMA-48, 8.3.117).
const (
	Bold   Style = "1"
	Faint  Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
)

// Paint sets text off where Out is coloured.
func (c *Console) Paint(style Style, text string) string {
	if !c.Color(c.Out) {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

// Plain returns text on one line that steers no terminal: whoever names himself in
// a record could otherwise write over what stands around his name.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// JSON writes a value to Out as indented JSON; a message as the API writes it.
func (c *Console) JSON(v any) error {
	var text []byte
	var err error
	if message, ok := v.(proto.Message); ok {
		if text, err = (protojson.MarshalOptions{EmitDefaultValues: true}).Marshal(message); err == nil {
			// Its own indentation differs between builds.
			text, err = indent(text)
		}
	} else {
		text, err = json.MarshalIndent(v, "", "  ")
	}
	if err != nil {
		return err
	}
	_, err = c.Out.Write(append(text, '\n'))
	return err
}

func indent(text []byte) ([]byte, error) {
	return json.MarshalIndent(json.RawMessage(text), "", "  ")
}

// Usage is an error of how a command was called.
type Usage struct {
	// Text says what is wrong and what to do.
	Text string
}

// Error returns the text.
func (u *Usage) Error() string { return u.Text }

// Usagef makes a Usage error.
func Usagef(format string, args ...any) error { return &Usage{fmt.Sprintf(format, args...)} }

// Exit statuses.
const (
	Done     = 0 // what was asked is done
	Failed   = 1 // it could not be done
	WrongUse = 2 // it was asked in a wrong way
)

// Status returns the exit status of an error.
func Status(err error) int {
	var usage *Usage
	switch {
	case err == nil:
		return Done
	case errors.As(err, &usage):
		return WrongUse
	default:
		return Failed
	}
}
