// Package demo embeds the demo data: invented organizations, canvases, needs,
// investors, mandates and deals around the Mediterranean, one maecenas.v1.Record
// a line. README.md tells the story in it.
package demo

import (
	"embed"
	"io"
)

// Day is the day that the demo data is told for: mandates are open on it and the
// README's figures hold on it.
const Day = "2026-11-24"

//go:embed *.jsonl
var files embed.FS

// Names lists the files in the order in which they can be imported.
func Names() []string {
	return []string{
		"organizations.jsonl",
		"canvases.jsonl",
		"needs.jsonl",
		"investors.jsonl",
		"mandates.jsonl",
		"deals.jsonl",
	}
}

// Open opens one of the files that Names lists; another name is fs.ErrNotExist.
func Open(name string) (io.ReadCloser, error) { return files.Open(name) }
