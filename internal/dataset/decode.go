package dataset

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// decode reads one line strictly: a field that the schema does not have is an
// error, as is anything after the record. Where reason is not empty there is no
// record, and field is the path of what is at fault, as far as it is known.
func decode(line []byte, maxDepth int) (record *maecenasv1.Record, field, reason string) {
	if !utf8.Valid(line) {
		return nil, pathAt(line, invalidUTF8(line)), "is not valid UTF-8"
	}
	if at, deep := tooDeep(line, maxDepth); deep {
		// The path would be as deep as the line: the first field is enough.
		field, _, _ := strings.Cut(pathAt(line, at), ".")
		field, _, _ = strings.Cut(field, "[")
		return nil, field, fmt.Sprintf("is nested more than %d deep", maxDepth)
	}
	record = new(maecenasv1.Record)
	options := protojson.UnmarshalOptions{RecursionLimit: maxDepth + 1}
	if err := options.Unmarshal(line, record); err != nil {
		field, reason = explain(line, err.Error())
		return nil, field, reason
	}
	if KindOf(record) == KindNone {
		return nil, "", "holds none of exchangeRates, organization, canvas, need, investor, mandate and deal"
	}
	return record, "", ""
}

// position is how protojson says where an error is; the column counts runes.
var position = regexp.MustCompile(`\(line (\d+):(\d+)\):? ?`)

// explain turns protojson's message into a path and a reason without position.
// The message begins in one of two ways, chosen by build, with a plain or a
// no-break space; neither may show in a report.
func explain(line []byte, message string) (field, reason string) {
	reason = strings.TrimLeft(strings.TrimPrefix(message, "proto:"), " \u00a0")
	where := position.FindStringSubmatchIndex(reason)
	if where == nil {
		if strings.HasSuffix(reason, "EOF") {
			return pathAt(line, len(line)), "the line ends too early"
		}
		return "", reason
	}
	row, _ := strconv.Atoi(reason[where[2]:where[3]])
	column, _ := strconv.Atoi(reason[where[4]:where[5]])
	before, after := strings.TrimSpace(reason[:where[0]]), reason[where[1]:]
	if reason = after; before != "" {
		reason = before + ": " + after
	}
	if row != 1 {
		return "", reason
	}
	return pathAt(line, byteOffset(line, column-1)), reason
}

func byteOffset(line []byte, runes int) int {
	at := 0
	for ; runes > 0 && at < len(line); runes-- {
		_, size := utf8.DecodeRune(line[at:])
		at += size
	}
	return at
}

func invalidUTF8(line []byte) int {
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRune(line[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(line)
}
