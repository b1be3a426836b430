package testserver_test

import (
	"io"
	"net/http"
	"testing"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// What a call costs that does next to nothing: interceptors, and for REST the
// gateway, its private connection and JSON.

func BenchmarkGRPC(b *testing.B) {
	s := testserver.Start(b, testserver.Options{})
	client := maecenasv1.NewOrganizationServiceClient(s.Conn)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.ListOrganizations(b.Context(), &maecenasv1.ListOrganizationsRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkREST(b *testing.B) {
	s := testserver.Start(b, testserver.Options{})
	b.ReportAllocs()
	for b.Loop() {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.URL+"/v1/organizations", nil)
		if err != nil {
			b.Fatal(err)
		}
		response, err := s.Admin().Do(request)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			b.Fatal(response.Status)
		}
	}
}
