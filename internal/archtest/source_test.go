package archtest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const (
	// repositoryRoot is the folder of the main go.mod, relative to this package.
	repositoryRoot = "../.."
	modulePath     = "github.com/maecenas-cci/maecenas"
)

// sourceFile is one Go file written by hand.
type sourceFile struct {
	path  string // from the repository's root, with slashes
	dir   string // the same of its folder
	test  bool   // whether only tests are built from it
	lines int
	ast   *ast.File
}

// source is all Go code of the main module that is written by hand.
type source struct {
	fset  *token.FileSet
	files []sourceFile
}

// where returns the place of a node as path:line.
func (s source) where(file sourceFile, node ast.Node) string {
	return fmt.Sprintf("%s:%d", file.path, s.fset.Position(node.Pos()).Line)
}

// packages groups the non-test files by folder.
func (s source) packages() map[string][]sourceFile {
	packages := map[string][]sourceFile{}
	for _, file := range s.files {
		if !file.test {
			packages[file.dir] = append(packages[file.dir], file)
		}
	}
	return packages
}

// loadSource parses the module's files itself. It asks the go command nothing:
// the test cache notices a changed file only when the test opened it.
func loadSource(t *testing.T) source {
	t.Helper()
	src := source{fset: token.NewFileSet()}
	root := os.DirFS(repositoryRoot)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipFolder(root, name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(src.fset, filepath.Base(name), text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		src.files = append(src.files, sourceFile{
			path: name, dir: path.Dir(name), ast: parsed,
			test:  strings.HasSuffix(name, "_test.go"),
			lines: strings.Count(string(text), "\n"),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// skipFolder tells folders without code written by hand for this module:
// generated code, dot folders, packages of npm and modules of their own.
func skipFolder(root fs.FS, name string) bool {
	if name == "." {
		return false
	}
	if name == "gen" || strings.HasPrefix(path.Base(name), ".") || path.Base(name) == "node_modules" {
		return true
	}
	_, err := fs.Stat(root, path.Join(name, "go.mod"))
	return err == nil
}
