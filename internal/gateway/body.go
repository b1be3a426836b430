package gateway

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// readBody reads the body of a request, unpacked: as much as the caller is
// allowed who shows credentials, or who shows none. Whether they are good is the
// gRPC server's to find out.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, failure, bool) {
	if media := r.Header.Get("Content-Type"); media != "" {
		// A form is what a page of another site could send without being asked.
		name, parameters, err := mime.ParseMediaType(media)
		charset := strings.ToLower(parameters["charset"])
		if err != nil || name != "application/json" || (charset != "" && charset != "utf-8") {
			return nil, unsupportedMedia("the body must be JSON in UTF-8: send Content-Type: application/json"), false
		}
	}
	limit := int64(MaxBodyBytes)
	if r.Header.Get("Authorization") == "" && r.Header.Get(sessionHeader) == "" {
		limit = MaxAnonymousBodyBytes
	}
	if r.ContentLength > limit {
		return nil, bodyTooLarge(limit), false
	}
	source := io.Reader(http.MaxBytesReader(w, r.Body, limit))
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))) {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(source)
		if err != nil {
			return nil, bodyFault(err, "the body is no gzip: "), false
		}
		defer unpacked.Close() //nolint:errcheck // reading told everything
		// A small body may unpack to gigabytes.
		source = io.LimitReader(unpacked, limit+1)
	default:
		return nil, unsupportedMedia("the body's encoding is not known: send it plain, or as Content-Encoding: gzip"), false
	}
	body, err := io.ReadAll(source)
	switch {
	case err != nil:
		return nil, bodyFault(err, "the body cannot be read: "), false
	case int64(len(body)) > limit:
		return nil, bodyTooLarge(limit), false
	}
	return body, failure{}, true
}

func bodyFault(err error, what string) failure {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return bodyTooLarge(tooLarge.Limit)
	}
	return malformed(what+err.Error(), "", "")
}

// setBody gives a request the body that was read, and takes away what said how
// it was packed.
func setBody(r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.TransferEncoding = nil
	r.Header.Del("Content-Encoding")
}
