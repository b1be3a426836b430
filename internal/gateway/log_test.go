package gateway_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/grpclog"
)

// written is what libraries of gRPC wrote into their log.
var written lines

type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

func TestMain(m *testing.M) {
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(&written, &written, &written))
	m.Run()
}

// TestHeadersStayOutOfTheLog sends media types that cannot be read.
func TestHeadersStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	f := start(t)
	const nonsense = "Content-Type: tell/this; to=the; log;;"
	if got := f.call(t, http.MethodGet, "/v1/organizations", "", nonsense); got.code != http.StatusOK {
		t.Errorf("GET: %d", got.code)
	}
	if got := f.call(t, http.MethodPost, "/v1/organizations", "{}", nonsense); got.code != http.StatusUnsupportedMediaType {
		t.Errorf("POST: %d", got.code)
	}
	if written.has("Content-Type") || written.has("tell/this") {
		t.Error("the log has it")
	}
}
