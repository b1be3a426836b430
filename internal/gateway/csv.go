package gateway

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

const (
	csvType        = "text/csv"
	nextPageHeader = "Maecenas-Next-Page-Token"
)

// ranking is an answer that can be a table.
type ranking interface {
	proto.Message
	GetMatches() []*maecenasv1.Match
}

// csvCodec is codec for callers who ask for tables: rankings are written as CSV,
// all else as JSON, requests and errors too.
type csvCodec struct{ codec }

// ContentType returns the media type of what is written.
func (c csvCodec) ContentType(v any) string {
	if _, ok := v.(ranking); ok {
		return csvType + "; charset=utf-8"
	}
	return c.codec.ContentType(v)
}

// Marshal writes a value.
func (c csvCodec) Marshal(v any) ([]byte, error) {
	ranked, ok := v.(ranking)
	if !ok {
		return c.codec.Marshal(v)
	}
	var table bytes.Buffer
	err := sheet.WriteMatches(&table, ranked.GetMatches(), sheet.WriteOptions{})
	return table.Bytes(), err
}

// csvHeaders says what a table has no room for, and that the answer depends on
// what was asked for.
func csvHeaders(ctx context.Context, header http.Header, answer proto.Message) {
	if _, ok := answer.(ranking); !ok {
		return
	}
	header.Add("Vary", "Accept")
	if !exchangeOf(ctx).csv {
		return
	}
	header.Set("Content-Disposition", `attachment; filename="matches.csv"`)
	if paged, ok := answer.(interface{ GetNextPageToken() string }); ok && paged.GetNextPageToken() != "" {
		header.Set(nextPageHeader, paged.GetNextPageToken())
	}
}

// wantsCSV tells whether the Accept headers of a request (RFC 9110, 12.5.1) name
// CSV and nothing that is liked better and could be JSON. Of two liked equally,
// the one that is named more exactly wins, and then the first.
func wantsCSV(accept []string) bool {
	csv, json := -1.0, -1.0
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		media, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			quality = q
		}
		switch media {
		case csvType:
			csv = max(csv, quality)
		case "application/json":
			if csv < quality {
				json = max(json, quality)
			}
		case "*/*", "application/*":
			json = max(json, quality-1e-6)
		}
	}
	return csv > 0 && csv > json
}
