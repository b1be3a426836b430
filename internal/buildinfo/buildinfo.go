// Package buildinfo says which program this is: version, commit, and with what
// it was built.
package buildinfo

import (
	"runtime"
	"runtime/debug"
	"sync"
)

// version is set by a release build with
// -ldflags "-X github.com/maecenas-cci/maecenas/internal/buildinfo.version=1.2.3".
var version string

// Info describes the running program.
type Info struct {
	// Version is the release, or devel for a build that is none.
	Version string `json:"version"`
	// Commit is the full hash of the commit it was built from; empty where the
	// build does not know, as under go run.
	Commit string `json:"commit,omitempty"`
	// CommitTime is that commit's time in RFC 3339; empty like Commit.
	CommitTime string `json:"commitTime,omitempty"`
	// Modified is true when the sources were not as the commit has them.
	Modified bool `json:"modified,omitempty"`
	// Go is the version of the Go toolchain.
	Go string `json:"go"`
	// Platform is the system and the processor, such as linux/amd64.
	Platform string `json:"platform"`
}

// Get returns the description. It does not change while the program runs.
var Get = sync.OnceValue(func() Info {
	info := Info{
		Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	build, ok := debug.ReadBuildInfo()
	if ok {
		if info.Version == "" && build.Main.Version != "(devel)" {
			info.Version = build.Main.Version
		}
		for _, setting := range build.Settings {
			switch setting.Key {
			case "vcs.revision":
				info.Commit = setting.Value
			case "vcs.time":
				info.CommitTime = setting.Value
			case "vcs.modified":
				info.Modified = setting.Value == "true"
			}
		}
	}
	if info.Version == "" {
		info.Version = "devel"
	}
	return info
})

// ShortCommit returns the first characters of the commit, and a plus sign when
// the sources were modified; empty where the commit is not known.
func (i Info) ShortCommit() string {
	short := i.Commit
	if len(short) > 12 {
		short = short[:12]
	}
	if short != "" && i.Modified {
		short += "+"
	}
	return short
}
