package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoregistry"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// diagnose finds out why a request did not become a call. The generated code
// tells of an error only as text, so it is made again, where the field that it
// is about can be found.
func diagnose(e *exchange, r *http.Request, st *status.Status) failure {
	switch st.Code() {
	case codes.Unavailable:
		return notReady(st.Err())
	case codes.Canceled, codes.DeadlineExceeded:
		return newFailure(0, st.Code(), maecenasv1.ErrorReason_REQUEST_ENDED, "the request ended before its answer was there")
	case codes.InvalidArgument:
	default:
		return internalFault(st.Err())
	}
	if e.binding == nil {
		return malformed(clean(st.Message()), "", "")
	}
	if f, found := bodyFailure(e.binding, e.body); found {
		return f
	}
	if f, found := queryFailure(e.binding, r.URL.Query()); found {
		return f
	}
	return malformed(clean(st.Message()), "", "")
}

func bodyFailure(b *binding, body []byte) (failure, bool) {
	message, ok := b.bodyMessage()
	if !ok || !b.hasBody() || len(bytes.TrimSpace(body)) == 0 {
		return failure{}, false
	}
	err := unmarshal.Unmarshal(body, message)
	if err == nil {
		return failure{}, false
	}
	text, at, placed := position(body, err)
	if b.confidential && !strings.HasPrefix(text, "unknown field") {
		place := text[max(0, strings.LastIndex(text, " (line ")):]
		text = "is not valid JSON of this field"
		if placed {
			text += place
		}
	}
	if !placed {
		return malformed("the body is not valid: "+text, b.prefix(), text), true
	}
	field := b.prefix()
	if path := pathAt(body, at); path != "" {
		field = strings.TrimPrefix(field+"."+path, ".")
	}
	return malformed(strings.TrimPrefix(field+": "+text, ": "), field, text), true
}

func queryFailure(b *binding, query url.Values) (failure, bool) {
	found, err := protoregistry.GlobalTypes.FindMessageByName(b.input.FullName())
	if err != nil {
		return failure{}, false
	}
	for key, values := range query {
		err := (&runtime.DefaultQueryParser{}).Parse(found.New().Interface(), url.Values{key: values}, utilities.NewDoubleArray(nil))
		if err != nil {
			text := clean(innermost(err).Error())
			return malformed(key+": "+text, key, text), true
		}
	}
	return failure{}, false
}

// innermost leaves out what the parser says around its reason.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

var placed = regexp.MustCompile(`^(.*?)\(line (\d+):(\d+)\): (.*)$`)

// position returns the text of an error of protojson and the offset in the body
// that it is about.
func position(body []byte, err error) (text string, offset int, ok bool) {
	parts := placed.FindStringSubmatch(clean(err.Error()))
	if parts == nil {
		return clean(err.Error()), 0, false
	}
	line, _ := strconv.Atoi(parts[2])
	column, _ := strconv.Atoi(parts[3])
	for range line - 1 {
		end := bytes.IndexByte(body[offset:], '\n')
		if end < 0 {
			break
		}
		offset += end + 1
	}
	for range column - 1 { // columns count characters
		_, size := utf8.DecodeRune(body[offset:])
		offset += size
	}
	return fmt.Sprintf("%s (line %d, column %d)", parts[4], line, column), offset, true
}

// clean leaves out the prefix that protobuf gives its errors, and the odd
// spaces that keep programs from relying on their text.
func clean(text string) string {
	text = strings.ReplaceAll(text, "\u00a0", " ")
	return strings.TrimPrefix(text, "proto: ")
}

// pathAt returns the path of the value or the field name at an offset of JSON,
// such as revenueStreams[2].stage; as far as it can be read.
func pathAt(body []byte, offset int) string {
	type level struct {
		array bool
		index int
		key   string
		named bool // key was read, its value was not
	}
	var stack []level
	path := func() string {
		var out strings.Builder
		for _, l := range stack {
			switch {
			case l.array:
				fmt.Fprintf(&out, "[%d]", l.index)
			case l.key != "" && out.Len() > 0:
				out.WriteString("." + l.key)
			default:
				out.WriteString(l.key)
			}
		}
		return out.String()
	}
	done := func() { // a value has ended
		if n := len(stack); n > 0 {
			stack[n-1].named = false
			stack[n-1].index++
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := decoder.Token()
		if err != nil {
			return path()
		}
		top := len(stack) - 1
		name, isName := token.(string)
		isName = isName && top >= 0 && !stack[top].array && !stack[top].named
		if isName {
			stack[top].key, stack[top].named = name, true
		}
		if decoder.InputOffset() > int64(offset) {
			return path()
		}
		switch delimiter, isDelimiter := token.(json.Delim); {
		case isName:
		case isDelimiter && (delimiter == '{' || delimiter == '['):
			stack = append(stack, level{array: delimiter == '['})
		case isDelimiter:
			stack = stack[:top]
			done()
		default:
			done()
		}
	}
}
