package privacy

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// readme writes README.txt, which explains the other files.
func (f *files) readme(name string) error {
	lines := f.said
	out, err := f.create("README.txt", "")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Everything that Maecenas has about %s, on %s.\n%s", name, f.now.UTC().Format(time.RFC1123), readmeForm)
	if strings.HasPrefix(name, "organizations/") {
		fmt.Fprint(out, readmeCanvas)
	}
	fmt.Fprint(out, "\nThe files:\n\n")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, one := range lines {
		fmt.Fprintf(table, "%s\t%s\n", one.file, one.holds)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprint(out, readmeLeftOut)
	return err
}

const readmeForm = `
Files that end in .jsonl have a record a line, in JSON as the interface answers it
(its description is at /openapi.json of the server). Lines of organizations, canvases,
needs, investors, mandates and deals are as "maecenas import" takes them.
Files that end in .csv are the same as tables, in UTF-8 with commas. Cells that would
be formulas begin with an apostrophe; what is more than a word stands in JSON.

Scores, potentials and contributions are in hundredths of a point, from 0 to 10000.
How they come about is at /v1/rubric and /v1/rankingPolicy of the server: every term of
a match names its weight, its value and the reason of both sides, and the contributions
of all terms sum to the score. Nothing is decided by a score alone: a ranking shows whom
a person may want to talk to.
`

const readmeCanvas = `
The building blocks of the business model follow the Business Model Canvas of
Strategyzer AG (strategyzer.com), which is licensed under Creative Commons
Attribution-ShareAlike 3.0 (CC BY-SA 3.0). What stands in them is the organization's own.
`

const readmeLeftOut = `
Not here: secrets, which are kept as hashes alone; what is remembered of single requests,
for a day; notes that the other side made for itself; and backups, which hold the same
until their time is over.
`
