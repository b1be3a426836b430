// Package config reads the settings of the program. One table says what
// settings there are; from it come the flag, the MAECENAS_* variable, the key of
// the YAML file and the help of each.
//
// A flag goes before a variable, a variable before the file, the file before
// the default. Every problem is reported, not only the first.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// Config is all settings, checked.
type Config struct {
	// HTTP and GRPC are the addresses to listen on, as host:port; port 0 is any that
	// is free. They are loopback ones unless TLS protects them, here or at a proxy.
	HTTP, GRPC string
	// TLSCert and TLSKey are files in PEM: the chain of certificates and its key.
	// Both or none.
	TLSCert, TLSKey string
	// BehindTLSProxy says that a proxy in front ends TLS.
	BehindTLSProxy bool
	// CORSOrigins are the origins whose pages may read answers.
	CORSOrigins []string
	// DataDir is the folder of the data.
	DataDir string
	// LogLevel is the least level that is logged.
	LogLevel slog.Level
	// LogFormat is text, json, or auto: text on a terminal.
	LogFormat string
	// ShutdownGrace is how long calls may take to end once the server stops.
	ShutdownGrace time.Duration
	// DefaultDeadline is given to calls that bring none; 0 gives none.
	DefaultDeadline time.Duration
	// RateLimit is how many calls a principal may make in a second; 0: any number.
	RateLimit int
	// RateBurst is how many calls a principal may make at once.
	RateBurst int
	// RetainConsents, RetainIntroductions, RetainAssessments and RetainAudit are how
	// many days what has ended is kept; 0: for good.
	RetainConsents, RetainIntroductions, RetainAssessments, RetainAudit int
	// ConcurrencyLimit is how many calls of a principal may be under way at a time;
	// 0: any number.
	ConcurrencyLimit int
	// VerifiedOnly says that facts of organizations are shown to verified investors alone.
	VerifiedOnly bool
}

// Setting is a line of the table.
type Setting struct {
	// Name is its flag and its key in the file.
	Name string
	// Default is its value where nobody sets it.
	Default string
	// Help says what it does, in one line.
	Help string
	// Secret values are not shown.
	Secret bool
	// Switch is true for a setting that is true or false; its flag alone means true.
	Switch bool
	// set checks a value and takes it.
	set func(c *Config, value string) error
}

// mostDays is the longest that something can be kept but for good: a century.
const mostDays = 36_525

// fileSetting is the one setting that cannot be in the file.
const fileSetting = "config"

// envPrefix begins the variable of each setting.
const envPrefix = "MAECENAS_"

// settings is the table.
var settings = []Setting{
	{
		Name: fileSetting, Help: "file with settings, in YAML",
		set: func(*Config, string) error { return nil },
	},
	{
		Name: "http", Default: "127.0.0.1:8080", Help: "address of REST and the web page, a loopback one unless TLS protects it; port 0 takes a free one",
		set: func(c *Config, v string) error { return address(&c.HTTP, v) },
	},
	{
		Name: "grpc", Default: "127.0.0.1:9090", Help: "address of gRPC, a loopback one unless TLS protects it; port 0 takes a free one",
		set: func(c *Config, v string) error { return address(&c.GRPC, v) },
	},
	{
		Name: "tls-cert", Help: "file with the certificate chain in PEM; it is read again when it changes",
		set: func(c *Config, v string) error { c.TLSCert = v; return nil },
	},
	{
		Name: "tls-key", Help: "file with the certificate's key in PEM",
		set: func(c *Config, v string) error { c.TLSKey = v; return nil },
	},
	{
		Name: "behind-tls-proxy", Default: "false", Switch: true,
		Help: "a proxy in front ends TLS: take other addresses than loopback without it, and believe its X-Forwarded-For",
		set:  func(c *Config, v string) error { return boolean(&c.BehindTLSProxy, v) },
	},
	{
		Name: "cors-origins", Help: "origins whose pages may read answers, between commas, such as https://app.example.org",
		set: func(c *Config, v string) error { return origins(&c.CORSOrigins, v) },
	},
	{
		Name: "data-dir", Default: "maecenas-data", Help: "folder of the data; it is made if it is not there",
		set: func(c *Config, v string) error { c.DataDir = v; return notEmpty(v) },
	},
	{
		Name: "log-level", Default: "info", Help: "least level to log: debug, info, warn or error",
		set: func(c *Config, v string) error { return level(&c.LogLevel, v) },
	},
	{
		Name: "log-format", Default: "auto", Help: "format of the log: text, json, or auto (text on a terminal)",
		set: func(c *Config, v string) error { return oneOf(&c.LogFormat, v, "auto", "text", "json") },
	},
	{
		Name: "shutdown-grace", Default: "10s", Help: "how long calls may take to end when the server stops",
		set: func(c *Config, v string) error { return duration(&c.ShutdownGrace, v, 10*time.Minute) },
	},
	{
		Name: "default-deadline", Default: "30s", Help: "how long a call that brings no deadline may take; 0 sets none",
		set: func(c *Config, v string) error { return duration(&c.DefaultDeadline, v, time.Hour) },
	},
	{
		Name: "rate-limit", Default: "10000", Help: "calls a second that one principal may make; 0 sets no limit",
		set: func(c *Config, v string) error { return number(&c.RateLimit, v, 0, 1_000_000) },
	},
	{
		Name: "rate-burst", Default: "20000", Help: "calls that one principal may make at once",
		set: func(c *Config, v string) error { return number(&c.RateBurst, v, 1, 1_000_000) },
	},
	{
		Name: "concurrency-limit", Default: "64", Help: "calls of one principal that may be under way at a time; 0 sets no limit",
		set: func(c *Config, v string) error { return number(&c.ConcurrencyLimit, v, 0, 1_000_000) },
	},
	{
		Name: "retention-consents", Default: "1095", Help: "days that a consent is kept after it was withdrawn; 0 keeps it for good",
		set: func(c *Config, v string) error { return number(&c.RetainConsents, v, 0, mostDays) },
	},
	{
		Name: "retention-introductions", Default: "730", Help: "days that an introduction is kept after it was declined or withdrawn; 0 keeps it for good",
		set: func(c *Config, v string) error { return number(&c.RetainIntroductions, v, 0, mostDays) },
	},
	{
		Name: "retention-assessments", Default: "1825", Help: "days that an assessment is kept once there is a newer one; 0 keeps it for good",
		set: func(c *Config, v string) error { return number(&c.RetainAssessments, v, 0, mostDays) },
	},
	{
		Name: "retention-audit", Default: "1095", Help: "days that an entry of the audit log is kept; 0 keeps it for good",
		set: func(c *Config, v string) error { return number(&c.RetainAudit, v, 0, mostDays) },
	},
	{
		Name: "require-verified-investors", Default: "false", Switch: true,
		Help: "show what organizations disclose, and rank their needs, to verified investors alone",
		set:  func(c *Config, v string) error { return boolean(&c.VerifiedOnly, v) },
	},
}

// Settings returns the table.
func Settings() []Setting { return slices.Clone(settings) }

// Env returns the name of the setting's variable.
func (s Setting) Env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// InFile tells whether the setting can be in the settings file.
func (s Setting) InFile() bool { return s.Name != fileSetting }

// AddFlags gives a command the flags of the settings named; of all, if none is.
func AddFlags(flags *pflag.FlagSet, names ...string) {
	for _, s := range settings {
		if len(names) > 0 && !slices.Contains(names, s.Name) {
			continue
		}
		flags.String(s.Name, s.Default, fmt.Sprintf("%s [$%s]", s.Help, s.Env()))
		if s.Switch {
			flags.Lookup(s.Name).NoOptDefVal = "true"
		}
	}
}

func address(to *string, value string) error {
	*to = value
	_, err := checkAddress(value)
	return err
}

func boolean(to *bool, value string) error {
	switch value {
	case "true", "false":
		*to = value == "true"
		return nil
	}
	return errors.New("is neither true nor false")
}

func notEmpty(value string) error {
	if value == "" {
		return errors.New("is empty")
	}
	return nil
}

func level(to *slog.Level, value string) error {
	switch strings.ToLower(value) {
	case "debug", "info", "warn", "error":
		return to.UnmarshalText([]byte(value))
	}
	return errors.New("is none of debug, info, warn, error")
}

func oneOf(to *string, value string, allowed ...string) error {
	if !slices.Contains(allowed, value) {
		return fmt.Errorf("is none of %s", strings.Join(allowed, ", "))
	}
	*to = value
	return nil
}

func duration(to *time.Duration, value string, most time.Duration) error {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 || d > most {
		return fmt.Errorf("is no duration from 0s to %s, such as 10s", most)
	}
	*to = d
	return nil
}

func number(to *int, value string, least, most int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return fmt.Errorf("is no whole number from %d to %d", least, most)
	}
	*to = n
	return nil
}
