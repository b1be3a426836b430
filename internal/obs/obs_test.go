package obs_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/maecenas-cci/maecenas/internal/obs"
)

func TestNewLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, err := obs.NewLog(&out, obs.LogOptions{Level: slog.LevelWarn, Format: obs.JSON})
	if err != nil {
		t.Fatal(err)
	}
	log.Info("not written")
	log.Warn("written", "key", 1)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if line["msg"] != "written" || line["key"] != 1.0 {
		t.Error(line)
	}
	if _, err := obs.NewLog(&out, obs.LogOptions{Format: "xml"}); err == nil {
		t.Error("no error for an unknown format")
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	registry := obs.NewRegistry(obs.Build{Version: "1", Commit: "c", Go: "go"})
	data := obs.Data{Revision: 3, Needs: 2, Mandates: 1}
	obs.RegisterData(registry, func() obs.Data { return data })
	if got := gauges(t, registry); got["maecenas_data_revision"] != 3 || got["maecenas_build_info"] != 1 || got["maecenas_index_rows"] != 3 {
		t.Error(got)
	}
	data.Revision = 4
	if got := gauges(t, registry); got["maecenas_data_revision"] != 4 {
		t.Error(got)
	}
}

// gauges returns the sum of each gauge over its labels.
func gauges(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			sums[family.GetName()] += metric.GetGauge().GetValue()
		}
	}
	return sums
}
