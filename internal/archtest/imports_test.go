package archtest_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// everything stands in mayImport for all packages that are not for tests alone.
const everything = "*"

// mayImport is the import table: for each folder, the folders of this module
// that its code may import. A folder that is not named goes by the nearest one
// above it that is; within one named folder's tree all may import each other.
// gen may be imported by everybody and is not named. Tests may import more.
//
// Read it from top to bottom: data flows down on a write and up on a read, and
// no line names a folder that stands below it, but for cli and what it wires.
var mayImport = map[string][]string{
	// The rules of the domain: pure functions, each standing on the one before.
	"internal/taxonomy": {},
	"internal/assess":   {"internal/taxonomy"},
	"internal/match":    {"internal/taxonomy", "internal/assess"},
	"internal/mix":      {"internal/taxonomy"},
	"internal/advice":   {"internal/assess", "internal/match"},
	"internal/filter":   {},
	"internal/index":    {"internal/taxonomy", "internal/assess", "internal/match", "internal/filter", "internal/index/kernel"},
	"internal/exposure": {"internal/taxonomy", "internal/match", "internal/index"},
	// It asks the processor and the environment which of its kernels runs.
	"internal/index/kernel": {},

	// What a record is called, how it is changed, and what it must satisfy.
	"internal/resource": {},
	"internal/patch":    {},
	"internal/validate": {"internal/taxonomy", "internal/assess"},

	// What finds records that tell of the same thing, and tables for people.
	"internal/duplicates": {},
	"internal/sheet":      {},

	// What keeps records, and who may see them.
	"internal/store":           {},
	"internal/store/boltstore": {"internal/store"},
	"internal/store/memstore":  {"internal/store"},
	"internal/store/storetest": {"internal/store"},
	"internal/erase":           {"internal/store"},
	"internal/backup":          {"internal/store", "internal/erase"},
	"internal/auth":            {"internal/taxonomy", "internal/assess"},

	// What a use case answers when it does not do what was asked.
	"internal/fault": {"internal/validate", "internal/resource", "internal/store"},
	// What the needs of an organization share.
	"internal/profile": {"internal/taxonomy", "internal/assess", "internal/match", "internal/auth", "internal/store"},
	// The use cases that read the index.
	"internal/matchmaker": {
		"internal/taxonomy", "internal/assess", "internal/match", "internal/index", "internal/filter", "internal/patch",
		"internal/validate", "internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/profile", "internal/mix",
		"internal/advice",
	},
	// What lists are filtered and ordered by.
	"internal/find": {
		"internal/taxonomy", "internal/filter", "internal/duplicates", "internal/resource", "internal/store", "internal/fault",
	},
	// How records are written and read: the standard methods, and the one transaction.
	"internal/record": {
		"internal/patch", "internal/validate", "internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/find",
		"internal/audit/chain",
	},
	// The audit log: the links of its chain, and who reads it.
	"internal/audit/chain": {},
	"internal/integrity":   {"internal/store", "internal/erase", "internal/audit/chain"},
	"internal/audit":       {"internal/audit/chain", "internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/record"},
	// The use cases of verifiers, and those between the two sides.
	"internal/attest": {
		"internal/validate", "internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/profile", "internal/record",
	},
	"internal/introduction": {
		"internal/validate", "internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/profile", "internal/record",
	},
	// The use cases of organizations, investors and what is below them.
	"internal/app": {
		"internal/taxonomy", "internal/assess", "internal/match", "internal/index", "internal/patch", "internal/validate",
		"internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/profile", "internal/matchmaker",
		"internal/exposure", "internal/find", "internal/record", "internal/attest", "internal/introduction",
	},

	// What people have a right to: consent, a copy, to be forgotten.
	"internal/privacy": {
		"internal/resource", "internal/sheet", "internal/dataset", "internal/store", "internal/erase", "internal/auth", "internal/fault",
		"internal/matchmaker", "internal/introduction", "internal/record", "internal/audit", "internal/app",
	},

	// The use cases of those who call.
	"internal/account": {
		"internal/patch", "internal/validate", "internal/resource", "internal/store", "internal/auth", "internal/fault", "internal/record",
	},

	// What speaks to the outside: none reaches past app.
	"internal/rpc":     {"internal/account", "internal/app", "internal/attest", "internal/introduction", "internal/privacy", "internal/record", "internal/audit", "internal/auth", "internal/fault", "internal/matchmaker", "internal/validate"},
	"internal/gateway": {"internal/sheet"},
	"internal/dataset": {"internal/taxonomy", "internal/sheet", "testdata"},

	// The benchmark, through the engine that serves requests and no store.
	"internal/evaluate": {
		"internal/taxonomy", "internal/assess", "internal/match", "internal/index", "internal/dataset",
	},

	// What every program needs.
	"internal/buildinfo": {},
	"internal/config":    {},
	"internal/obs":       {},

	// What wires the rest together.
	"internal/server":     {everything},
	"internal/testserver": {everything},
	"internal/cli":        {everything},
	"cmd/maecenas":        {"internal/cli"},

	// The demo data, embedded.
	"testdata": {},
	// Tests only.
	"internal/archtest": {},
}

// wiring names the folders that nobody imports but those that come after them
// in this list.
var wiring = []string{"internal/server", "internal/testserver", "internal/cli", "cmd/maecenas"}

// onlyImporter names, for packages of other modules, the one folder that may
// import them, in tests too.
var onlyImporter = map[string]string{
	"go.etcd.io/bbolt": "internal/store/boltstore",
}

// forTests names the folders that only tests may import.
var forTests = []string{"internal/store/storetest", "internal/testserver", "internal/archtest"}

func TestImportTable(t *testing.T) {
	t.Parallel()
	src := loadSource(t)
	for _, file := range src.files {
		owner := tableFolder(file.dir)
		if owner == "" {
			t.Errorf("%s: the import table has no line for its folder; add one", file.path)
			continue
		}
		for _, spec := range file.ast.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if reason := importFault(owner, file, imported); reason != "" {
				t.Errorf("%s: import of %s: %s", src.where(file, spec), imported, reason)
			}
		}
	}
}

// importFault returns why file, whose line in the table is owner, may not import
// a package; empty if it may.
func importFault(owner string, file sourceFile, imported string) string {
	for pkg, only := range onlyImporter {
		if (imported == pkg || strings.HasPrefix(imported, pkg+"/")) && owner != only {
			return "only " + only + " may"
		}
	}
	folder, ours := strings.CutPrefix(imported, modulePath+"/")
	if !ours || file.test || folder == "gen" || strings.HasPrefix(folder, "gen/") {
		return ""
	}
	target := tableFolder(folder)
	allowed := mayImport[owner]
	switch {
	case target == owner:
		return ""
	case slices.Contains(forTests, target):
		return "it is for tests"
	case slices.Contains(allowed, target):
		return ""
	case !slices.Contains(allowed, everything):
		return owner + " may import " + strings.Join(append(slices.Clone(allowed), "gen"), ", ")
	case slices.Index(wiring, target) > slices.Index(wiring, owner):
		return "it is wired after " + owner
	}
	return ""
}

// tableFolder returns the line of the import table that holds for a folder.
func tableFolder(folder string) string {
	for ; folder != "."; folder = path.Dir(folder) {
		if _, ok := mayImport[folder]; ok {
			return folder
		}
	}
	return ""
}

// TestImportTableIsCurrent requires the folder of each line, and the same line in
// the copy of the table that people read.
func TestImportTableIsCurrent(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for folder, allowed := range mayImport {
		if _, err := os.Stat(filepath.Join(repositoryRoot, folder)); err != nil {
			t.Errorf("the import table has a line for %s: %v", folder, err)
		}
		var names []string
		for _, name := range allowed {
			names = append(names, "`"+strings.TrimPrefix(name, "internal/")+"`")
		}
		text := strings.Join(names, ", ")
		switch {
		case len(allowed) == 0:
			text = "nothing"
		case allowed[0] == everything:
			text = "everything that does not wire it"
		}
		row := "| `" + strings.TrimPrefix(folder, "internal/") + "` | " + text + " |\n"
		if !strings.Contains(string(readme), row) {
			t.Errorf("internal/README.md has no row %s", row)
		}
	}
}

// TestImportTableIsAcyclic keeps the table itself honest: a folder that may
// import another is never reached from it.
func TestImportTableIsAcyclic(t *testing.T) {
	t.Parallel()
	var visit func(folder string, trail []string)
	visit = func(folder string, trail []string) {
		if slices.Contains(trail, folder) {
			t.Fatalf("the import table has a cycle: %s", strings.Join(append(trail, folder), " → "))
		}
		for _, next := range mayImport[folder] {
			if next != everything {
				visit(next, append(slices.Clone(trail), folder))
			}
		}
	}
	for folder := range mayImport {
		visit(folder, nil)
	}
}
