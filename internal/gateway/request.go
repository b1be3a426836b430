package gateway

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
)

// read reads body and query of a request whose path has matched, and refuses
// what the generated code would leave out or could not tell of. Where credentials
// are needed and none are shown, it reads nothing.
func (g *gateway) read(next runtime.HandlerFunc) runtime.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request, params map[string]string) {
		e := exchangeOf(r.Context())
		if pattern, ok := runtime.HTTPPattern(r.Context()); ok {
			e.route = pattern.String()
			e.binding = findBinding(r.Method, e.route)
		}
		if e.binding == nil {
			next(w, r, params)
			return
		}
		if !e.binding.anybody && !showsCredentials(r) {
			g.fail(w, r, unauthenticated())
			return
		}
		if e.binding.method == signOut {
			endSession(r.Context(), w)
		}
		query := maps.Clone(r.URL.Query())
		if f, ok := e.binding.checkQuery(query); !ok {
			g.fail(w, r, f)
			return
		}
		e.binding.nameMask(query)
		r.URL.RawQuery = query.Encode()
		if e.binding.hasBody() {
			body, f, ok := readBody(w, r)
			if !ok {
				g.fail(w, r, f)
				return
			}
			e.body = body
			setBody(r, body)
		}
		next(w, r, params)
	}
}

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
	if !showsCredentials(r) {
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

// showsCredentials tells whether a request brings any, once its headers are those
// that mean something.
func showsCredentials(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || r.Header.Get(sessionHeader) != ""
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
