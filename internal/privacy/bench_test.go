package privacy_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/audit"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/server"
)

// BenchmarkExport copies an organization with 500 versions of a canvas of some 40 kB,
// and reports how much more memory was in use than before.
func BenchmarkExport(b *testing.B) {
	s, err := server.OpenFolder(b.TempDir())(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	a, err := app.Open(b.Context(), app.Options{Store: s})
	if err != nil {
		b.Fatal(err)
	}
	p := privacy.New(privacy.Options{App: a, Store: s})
	ctx := auth.WithPrincipal(b.Context(), auth.Local())
	if _, _, err := a.Organizations.Create(ctx, record.Creation[*maecenasv1.Organization]{ID: "acme", Resource: &maecenasv1.Organization{
		DisplayName: "Acme", LegalForm: maecenasv1.Organization_ASSOCIATION, HelixRole: maecenasv1.Organization_COMPANY,
		Place: &maecenasv1.Place{CountryCode: "IT"},
	}}); err != nil {
		b.Fatal(err)
	}
	for n := range 500 {
		canvas := &maecenasv1.Canvas{Name: "organizations/acme/canvas", CurrencyCode: "EUR"}
		for i := range 25 {
			canvas.CustomerSegments = append(canvas.CustomerSegments, &maecenasv1.CustomerSegment{
				Id: fmt.Sprint("s", i), Description: strings.Repeat(fmt.Sprint(n, i, " "), 250),
			})
		}
		if _, _, err := a.Canvases.Update(ctx, record.Update[*maecenasv1.Canvas]{Resource: canvas}); err != nil {
			b.Fatal(err)
		}
	}
	var most uint64
	stop := watch(b.Context(), &most)
	var size int64
	for b.Loop() {
		archive, err := p.Export(ctx, "organizations/acme")
		if err != nil {
			b.Fatal(err)
		}
		size, err = io.Copy(io.Discard, archive)
		if err != nil || archive.Close() != nil {
			b.Fatal(err)
		}
	}
	stop()
	b.ReportMetric(float64(most)/1e6, "MB-more")
	b.ReportMetric(float64(size)/1e6, "MB-archive")
}

// watch notes by how much the heap grows, until it is stopped.
func watch(ctx context.Context, most *uint64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before := stats.HeapAlloc
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			runtime.ReadMemStats(&stats)
			*most = max(*most, stats.HeapAlloc-min(before, stats.HeapAlloc))
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return func() { cancel(); <-ended }
}

// BenchmarkLooked is what a look costs that needs no line.
func BenchmarkLooked(b *testing.B) {
	s, err := server.OpenFolder(b.TempDir())(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	a, err := app.Open(b.Context(), app.Options{Store: s})
	if err != nil {
		b.Fatal(err)
	}
	log := audit.New(a.Keeper())
	ctx := auth.WithAction(auth.WithPrincipal(b.Context(), &auth.Principal{Name: "principals/p", UID: "u"}), "canvases.get")
	for b.Loop() {
		if err := log.Looked(ctx, "organizations/acme/canvas"); err != nil {
			b.Fatal(err)
		}
	}
}
