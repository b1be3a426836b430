package buildinfo_test

import (
	"runtime"
	"testing"

	"github.com/maecenas-cci/maecenas/internal/buildinfo"
)

func TestGet(t *testing.T) {
	t.Parallel()
	info := buildinfo.Get()
	if info.Version == "" || info.Go != runtime.Version() || info.Platform != runtime.GOOS+"/"+runtime.GOARCH {
		t.Errorf("%+v", info)
	}
}

func TestShortCommit(t *testing.T) {
	t.Parallel()
	for want, info := range map[string]buildinfo.Info{
		"":              {Modified: true},
		"abc":           {Commit: "abc"},
		"0123456789ab":  {Commit: "0123456789abcdef"},
		"0123456789ab+": {Commit: "0123456789abcdef", Modified: true},
	} {
		if got := info.ShortCommit(); got != want {
			t.Errorf("%+v: %q, want %q", info, got, want)
		}
	}
}
