package archtest_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The sizes beyond which code is split by idea.
const (
	maxFileLines        = 400
	maxPackageFiles     = 12 // without tests
	maxInterfaceMethods = 12
)

// vagueNames say nothing of what a package is for.
var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "misc", "shared", "base"}

// purePackages answer from their arguments alone, so that the same question has
// the same answer on every machine and day, and a test needs no set-up.
var purePackages = []string{"internal/taxonomy", "internal/assess", "internal/match", "internal/mix", "internal/advice", "internal/index", "internal/exposure"}

// impureImports are the packages by which a function could reach a clock,
// chance, or the world outside its arguments. time itself stays allowed: it
// parses dates.
var impureImports = []string{
	"crypto/rand", "io/fs", "log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "syscall",
}

// clockCalls are the functions of package time that read the clock or wait.
var clockCalls = []string{"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"}

func TestSizes(t *testing.T) {
	t.Parallel()
	src := loadSource(t)
	for _, file := range src.files {
		if file.lines > maxFileLines {
			t.Errorf("%s: %d lines, more than %d: split it by idea", file.path, file.lines, maxFileLines)
		}
		ast.Inspect(file.ast, func(node ast.Node) bool {
			if face, ok := node.(*ast.InterfaceType); ok && face.Methods.NumFields() > maxInterfaceMethods {
				t.Errorf("%s: an interface of %d methods, more than %d", src.where(file, face), face.Methods.NumFields(), maxInterfaceMethods)
			}
			return true
		})
	}
	for dir, files := range src.packages() {
		if len(files) > maxPackageFiles {
			t.Errorf("%s: %d files, more than %d: split the package by idea", dir, len(files), maxPackageFiles)
		}
	}
}

func TestPackagesAreNamedAndDocumented(t *testing.T) {
	t.Parallel()
	for dir, files := range loadSource(t).packages() {
		name := files[0].ast.Name.Name
		if slices.Contains(vagueNames, name) || slices.Contains(vagueNames, path.Base(dir)) {
			t.Errorf("%s: package %s: name it after what it does", dir, name)
		}
		opening := "Package " + name + " "
		if name == "main" {
			opening = "Command " + path.Base(dir) + " "
		}
		documented := slices.ContainsFunc(files, func(file sourceFile) bool {
			return strings.HasPrefix(file.ast.Doc.Text(), opening)
		})
		if !documented {
			t.Errorf("%s: no package comment that begins %q", dir, opening)
		}
	}
}

// TestOnlyCommandsExit: everything else returns an error, so that deferred work
// is done and tests can run it.
func TestOnlyCommandsExit(t *testing.T) {
	t.Parallel()
	src := loadSource(t)
	for _, file := range src.files {
		if file.test || strings.HasPrefix(file.dir, "cmd/") {
			continue
		}
		for _, call := range selections(file, "os") {
			if call.Sel.Name == "Exit" {
				t.Errorf("%s: os.Exit outside cmd", src.where(file, call))
			}
		}
		for _, call := range selections(file, "log") {
			if strings.HasPrefix(call.Sel.Name, "Fatal") {
				t.Errorf("%s: log.%s outside cmd", src.where(file, call), call.Sel.Name)
			}
		}
	}
}

func TestPurePackages(t *testing.T) {
	t.Parallel()
	src := loadSource(t)
	for _, file := range src.files {
		if file.test || !slices.Contains(purePackages, tableFolder(file.dir)) {
			continue
		}
		for _, spec := range file.ast.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err != nil || slices.Contains(impureImports, imported) {
				t.Errorf("%s: a pure package imports %s", src.where(file, spec), spec.Path.Value)
			}
		}
		for _, call := range selections(file, "time") {
			if slices.Contains(clockCalls, call.Sel.Name) {
				t.Errorf("%s: a pure package reads the clock", src.where(file, call))
			}
		}
	}
}

// TestPurePackagesCountExactly: scores are integers and rationals, so that they
// are the same on every machine and sums do not hang on their order.
func TestPurePackagesCountExactly(t *testing.T) {
	t.Parallel()
	src := loadSource(t)
	for _, file := range src.files {
		if file.test || !slices.Contains(purePackages, tableFolder(file.dir)) {
			continue
		}
		ast.Inspect(file.ast, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.Ident:
				if node.Name == "float32" || node.Name == "float64" {
					t.Errorf("%s: %s in a pure package", src.where(file, node), node.Name)
				}
			case *ast.BasicLit:
				if node.Kind == token.FLOAT {
					t.Errorf("%s: floating-point %s in a pure package", src.where(file, node), node.Value)
				}
			}
			return true
		})
	}
}

// selections returns every use of a name from an imported package of the
// standard library, whatever the file calls it.
func selections(file sourceFile, importPath string) []*ast.SelectorExpr {
	local := ""
	for _, spec := range file.ast.Imports {
		if spec.Path.Value != strconv.Quote(importPath) {
			continue
		}
		local = path.Base(importPath)
		if spec.Name != nil {
			local = spec.Name.Name
		}
	}
	if local == "" {
		return nil
	}
	var found []*ast.SelectorExpr
	ast.Inspect(file.ast, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == local {
			found = append(found, selector)
		}
		return true
	})
	return found
}
