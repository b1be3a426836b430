package config_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/maecenas-cci/maecenas/internal/config"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	got, values, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		HTTP: "127.0.0.1:8080", GRPC: "127.0.0.1:9090", DataDir: "maecenas-data", LogLevel: slog.LevelInfo, LogFormat: "auto",
		ShutdownGrace: 10 * time.Second, DefaultDeadline: 30 * time.Second, RateLimit: 10_000, RateBurst: 20_000, ConcurrencyLimit: 64,
		RetainConsents: 1095, RetainIntroductions: 730, RetainAssessments: 1825, RetainAudit: 1095,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(values) != len(config.Settings()) {
		t.Errorf("%d values of %d settings", len(values), len(config.Settings()))
	}
}

func TestOrderOfSources(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.yaml")
	write(t, path, "http: 127.0.0.1:1\ngrpc: 127.0.0.1:1\nlog-level: debug\nrate-limit: 7\n")
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	config.AddFlags(flags)
	if err := flags.Parse([]string{"--http=127.0.0.1:3", "--behind-tls-proxy", "--config", path}); err != nil {
		t.Fatal(err)
	}
	got, values, err := config.Load(config.Sources{
		Flags: flags, Env: []string{"MAECENAS_HTTP=127.0.0.1:2", "MAECENAS_GRPC=[::1]:2", "HOME=/", "MAECENAS_PORT_80_TCP=x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.HTTP != "127.0.0.1:3" || got.GRPC != "[::1]:2" || got.LogLevel != slog.LevelDebug || got.RateLimit != 7 {
		t.Errorf("%+v", got)
	}
	origins := map[string]string{}
	for _, v := range values {
		origins[v.Name] = v.Origin
	}
	want := map[string]string{
		"config": "--config", "http": "--http", "grpc": "$MAECENAS_GRPC", "log-level": path, "rate-limit": path,
		"data-dir": "default", "log-format": "default", "shutdown-grace": "default", "default-deadline": "default", "rate-burst": "default", "concurrency-limit": "default",
		"tls-cert": "default", "tls-key": "default", "behind-tls-proxy": "--behind-tls-proxy", "cors-origins": "default", "require-verified-investors": "default",
		"retention-consents": "default", "retention-introductions": "default", "retention-assessments": "default", "retention-audit": "default",
	}
	if diff := cmp.Diff(want, origins); diff != "" {
		t.Error(diff)
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.yaml")
	write(t, path, "htpp: x\nlogformat: x\nhttp: {a: b}\nrate-burst: 0\nconfig: other\n")
	_, _, err := config.Load(config.Sources{Env: []string{
		"MAECENAS_CONFIG=" + path, "MAECENAS_GRPC=0.0.0.0:9090", "MAECENAS_SHUTDOWN_GRACE=soon", "MAECENAS_DATADIR=x", "MAECENAS_LOG_LEVEL=loud",
		"MAECENAS_DATA_DIR=", "MAECENAS_CORS_ORIGINS=*", "MAECENAS_HTTP=127.0.0.1:99999",
	}})
	var problems config.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("%v", err)
	}
	for _, part := range []string{
		"there is no setting htpp", "there is no setting logformat; there is log-format", "http.a", "rate-burst", "config cannot be set",
		"grpc ($MAECENAS_GRPC): \"0.0.0.0:9090\" is not a loopback address", "--tls-cert", "cors-origins", "shutdown-grace", "$MAECENAS_DATADIR: there is no such setting; there is data-dir",
		"log-level", "data-dir ($MAECENAS_DATA_DIR)", "99999",
	} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("nothing of %q in:\n%v", part, err)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	write(t, broken, "a: [")
	for _, path := range []string{broken, filepath.Join(t.TempDir(), "none.yaml"), t.TempDir()} {
		if _, _, err := config.Load(config.Sources{Env: []string{"MAECENAS_CONFIG=" + path}}); err == nil {
			t.Errorf("%s: no problem", path)
		}
	}
}

func TestCheckListen(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]bool{ // bare, protected
		"127.0.0.1:0": {true, true}, "127.8.0.1:80": {true, true}, "[::1]:8080": {true, true}, "localhost:1": {true, true},
		"[::ffff:127.0.0.1]:1": {true, true},
		":8080":                {false, true}, "0.0.0.0:8080": {false, true}, "192.168.1.1:8080": {false, true},
		"example.com:80": {false, true}, "[::]:1": {false, true},
		"127.0.0.1": {}, "127.0.0.1:": {}, "127.0.0.1:http": {}, "127.0.0.1:65536": {}, "127.0.0.1:080": {}, "": {},
	} {
		for i, protected := range []bool{false, true} {
			if err := config.CheckListen(address, protected); (err == nil) != want[i] {
				t.Errorf("%q, protected %t: %v", address, protected, err)
			}
		}
	}
}

func TestOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env []string
		ok  bool
	}{
		{[]string{"MAECENAS_HTTP=0.0.0.0:443"}, false},
		{[]string{"MAECENAS_HTTP=0.0.0.0:443", "MAECENAS_TLS_CERT=c.pem", "MAECENAS_TLS_KEY=k.pem"}, true},
		{[]string{"MAECENAS_GRPC=[::]:443", "MAECENAS_BEHIND_TLS_PROXY=true"}, true},
		{[]string{"MAECENAS_GRPC=[::]:443", "MAECENAS_BEHIND_TLS_PROXY=false"}, false},
		{[]string{"MAECENAS_BEHIND_TLS_PROXY=yes"}, false},
		{[]string{"MAECENAS_TLS_CERT=c.pem"}, false},
		{[]string{"MAECENAS_TLS_KEY=k.pem"}, false},
	} {
		if _, _, err := config.Load(config.Sources{Env: test.env}); (err == nil) != test.ok {
			t.Errorf("%v: %v", test.env, err)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.yaml")
	write(t, path, "cors-origins: [https://a.example, https://b.example]\nbehind-tls-proxy: true\n")
	got, _, err := config.Load(config.Sources{Env: []string{"MAECENAS_CONFIG=" + path}})
	if err != nil || len(got.CORSOrigins) != 2 || !got.BehindTLSProxy {
		t.Errorf("%+v, %v", got, err)
	}
	for value, ok := range map[string]bool{
		"": true, "https://app.example.org": true, "https://a.example:8443, http://localhost:5173,http://127.0.0.1:1": true,
		"*": false, "null": false, "app.example.org": false, "https://app.example.org/": false, "https://App.example.org": false,
		"http://app.example.org": false, "ftp://app.example.org": false, "https://user@app.example.org": false, "https://": false,
	} {
		got, _, err := config.Load(config.Sources{Env: []string{"MAECENAS_CORS_ORIGINS=" + value}})
		if (err == nil) != ok {
			t.Errorf("%q: %v", value, err)
		}
		if strings.Contains(value, ", ") && len(got.CORSOrigins) != 3 {
			t.Errorf("%q: %v", value, got.CORSOrigins)
		}
	}
}

// TestTable holds every line to having what flag, variable, file and help need.
func TestTable(t *testing.T) {
	t.Parallel()
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	config.AddFlags(flags)
	for _, s := range config.Settings() {
		if s.Help == "" || !strings.HasPrefix(s.Env(), "MAECENAS_") || strings.Contains(s.Env(), "-") {
			t.Errorf("%+v", s)
		}
		if flag := flags.Lookup(s.Name); flag == nil || flag.DefValue != s.Default || !strings.Contains(flag.Usage, s.Env()) {
			t.Errorf("%s: flag %+v", s.Name, flag)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
