// Package obs makes what a running server is observed by: its log and its
// metrics. Both are values that are handed on; there is no global one.
package obs

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Format is how log lines are written.
type Format string

// The formats.
const (
	// Text is key=value, for people.
	Text Format = "text"
	// JSON is an object a line, for programs.
	JSON Format = "json"
)

// LogOptions say how to log.
type LogOptions struct {
	// Level is the least level that is written.
	Level slog.Level
	// Format is how.
	Format Format
}

// NewLog returns a log that writes to w, a line at a time. A format it does not
// know is an error.
func NewLog(w io.Writer, opts LogOptions) (*slog.Logger, error) {
	handlerOptions := &slog.HandlerOptions{Level: opts.Level}
	switch opts.Format {
	case Text:
		return slog.New(slog.NewTextHandler(w, handlerOptions)), nil
	case JSON:
		return slog.New(slog.NewJSONHandler(w, handlerOptions)), nil
	default:
		return nil, fmt.Errorf("log format %q: there are %s and %s", opts.Format, Text, JSON)
	}
}

// Build names the program in the metrics.
type Build struct {
	// Version is its release, Commit its commit, Go its toolchain, and Kernel what the
	// index adds up with on this machine.
	Version, Commit, Go, Kernel string
}

// NewRegistry returns a registry with the metrics of the program, the Go runtime
// and the process.
func NewRegistry(build Build) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "maecenas_build_info", Help: "The program, in its labels; always 1.",
		ConstLabels: prometheus.Labels{"version": build.Version, "commit": build.Commit, "go_version": build.Go, "index_kernel": build.Kernel},
	})
	info.Set(1)
	registry.MustRegister(
		info,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return registry
}

// Data is what the metrics tell of the data.
type Data struct {
	// Revision is the newest revision that answers rest on.
	Revision int64
	// Needs and Mandates are how many rows of each the index has.
	Needs, Mandates int
}

// RegisterData adds gauges that read the state of the data when they are asked.
func RegisterData(registry prometheus.Registerer, read func() Data) {
	rows := func(kind string, count func(Data) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "maecenas_index_rows", Help: "Rows of the index.", ConstLabels: prometheus.Labels{"kind": kind},
		}, func() float64 { return float64(count(read())) })
	}
	registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "maecenas_data_revision", Help: "The newest revision of the data that answers rest on.",
		}, func() float64 { return float64(read().Revision) }),
		rows("need", func(d Data) int { return d.Needs }),
		rows("mandate", func(d Data) int { return d.Mandates }),
	)
}
