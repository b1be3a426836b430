package server_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/maecenas-cci/maecenas/internal/server"
)

// authority is a pair of files with a certificate of its own signing.
type authority struct {
	cert, key string
	pool      *x509.CertPool
}

func newAuthority(t *testing.T, name string, lifetime time.Duration) *authority {
	t.Helper()
	dir := t.TempDir()
	a := &authority{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), pool: x509.NewCertPool()}
	a.renew(t, name, lifetime)
	return a
}

// renew writes both files anew.
func (a *authority) renew(t *testing.T, name string, lifetime time.Duration) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(lifetime),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, a.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	write(t, a.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(parsed)
}

// write puts a new file in the place of another, as who renews certificates does.
func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// lines is a log that goroutines write.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func startTLS(t *testing.T, a *authority, change func(*server.Options)) (*server.Server, *lines) {
	t.Helper()
	b := newBackend()
	close(b.open)
	close(b.end)
	opts, log := options(b), &lines{}
	opts.TLSCert, opts.TLSKey, opts.Log = a.cert, a.key, slog.New(slog.NewTextHandler(log, nil))
	if change != nil {
		change(&opts)
	}
	s := start(t, opts)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, log
}

// peer returns the certificate that the server shows.
func peer(t *testing.T, s *server.Server, address string, config *tls.Config) (*x509.Certificate, error) {
	t.Helper()
	conn, err := (&tls.Dialer{Config: config}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0], nil
}

func TestTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, "first", 90*24*time.Hour)
	s, log := startTLS(t, a, func(o *server.Options) { o.HTTP, o.GRPC = "0.0.0.0:0", "[::]:0" })
	_, httpPort, _ := net.SplitHostPort(s.Addrs().HTTP)
	_, grpcPort, _ := net.SplitHostPort(s.Addrs().GRPC)
	config := &tls.Config{RootCAs: a.pool, ServerName: "localhost"}

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://127.0.0.1:"+httpPort+"/v1/rankingPolicy", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "maecenas.example"
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.ProtoMajor != 2 || response.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %s %v", response.StatusCode, response.Proto, response.Header)
	}
	request.URL.Path = "/metrics"
	page, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if text, err := io.ReadAll(page.Body); err != nil || !strings.Contains(string(text), "\nmaecenas_tls_certificate_not_after_seconds 1.") {
		t.Errorf("no end of the certificate in the metrics: %v", err)
	}
	conn, err := grpc.NewClient("127.0.0.1:"+grpcPort, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got, err := healthpb.NewHealthClient(conn).Check(t.Context(), &healthpb.HealthCheckRequest{}); err != nil || got.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("gRPC: %v, %v", got, err)
	}
	for _, port := range []string{httpPort, grpcPort} {
		old := &tls.Config{RootCAs: a.pool, ServerName: "localhost", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
		if _, err := peer(t, s, "127.0.0.1:"+port, old); err == nil {
			t.Errorf("port %s speaks TLS 1.1", port)
		}
		plain, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/v1/rankingPolicy", nil)
		if err != nil {
			t.Fatal(err)
		}
		if response, err := http.DefaultTransport.RoundTrip(plain); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				t.Errorf("port %s speaks without TLS", port)
			}
		}
	}
	if strings.Contains(log.String(), "level=WARN msg=\"the certificate") {
		t.Error(log.String())
	}
}

func TestCertificateIsReadAgain(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, "first", 90*24*time.Hour)
	s, log := startTLS(t, a, nil)
	config := &tls.Config{RootCAs: a.pool, ServerName: "localhost", NextProtos: []string{"h2"}}
	shows := func(want string) {
		t.Helper()
		for _, address := range []string{s.Addrs().HTTP, s.Addrs().GRPC} {
			if got, err := peer(t, s, address, config); err != nil || got.Subject.CommonName != want {
				t.Errorf("%v, %v; want %s", got, err, want)
			}
		}
	}
	shows("first")
	a.renew(t, "second", 90*24*time.Hour)
	shows("second")
	write(t, a.cert, []byte("half a certificate"))
	shows("second")
	shows("second")
	if n := strings.Count(log.String(), "was not read again"); n == 0 || n > 2 { // each listener has its own word
		t.Errorf("told %d times:\n%s", n, log.String())
	}
	if err := os.Remove(a.key); err != nil {
		t.Fatal(err)
	}
	shows("second")
	a.renew(t, "third", 90*24*time.Hour)
	shows("third")
	if !strings.Contains(log.String(), "the certificate was read again") {
		t.Error(log.String())
	}
}

func TestCertificateThatEndsSoon(t *testing.T) {
	t.Parallel()
	for lifetime, want := range map[time.Duration]string{
		13 * 24 * time.Hour: `level=WARN msg="the certificate ends soon`,
		15 * 24 * time.Hour: "",
		-time.Minute:        `level=ERROR msg="the certificate has ended`,
	} {
		s, log := startTLS(t, newAuthority(t, "short", lifetime), nil)
		if err := s.Stop(); err != nil { // by then it has been looked at
			t.Error(err)
		}
		if text := log.String(); !strings.Contains(text, want) || (want == "" && strings.Contains(text, "the certificate")) {
			t.Errorf("%s: %s", lifetime, text)
		}
	}
}

func TestNoTLS(t *testing.T) {
	t.Parallel()
	a, other := newAuthority(t, "a", time.Hour), newAuthority(t, "b", time.Hour)
	for name, files := range map[string][2]string{
		"no key": {a.cert, ""}, "no certificate": {"", a.key}, "the key of another": {a.cert, other.key},
		"no file": {a.cert + "x", a.key}, "exchanged": {a.key, a.cert},
	} {
		opts := options(newBackend())
		opts.TLSCert, opts.TLSKey = files[0], files[1]
		if _, err := server.Start(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "TLS") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBehindProxy(t *testing.T) {
	t.Parallel()
	b := newBackend()
	close(b.open)
	opts, log := options(b), &lines{}
	opts.HTTP, opts.BehindTLSProxy, opts.Log = "0.0.0.0:0", true, slog.New(slog.NewTextHandler(log, nil))
	s := start(t, opts)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "--behind-tls-proxy") {
		t.Error(log.String())
	}
	_, port, _ := net.SplitHostPort(s.Addrs().HTTP)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "maecenas.example"
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
}
