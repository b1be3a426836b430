package archtest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/bufbuild/protocompile"
	"github.com/google/go-cmp/cmp"
	_ "google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/descriptorpb"
)

// thirdPartyDir holds the vendored protos, relative to this package.
const thirdPartyDir = "../../proto/third_party"

// TestThirdPartyProtosMatchLinkedDescriptors holds each vendored file to the
// descriptor of the Go module that is linked: the schema would otherwise be
// checked against other rules than those that run.
func TestThirdPartyProtosMatchLinkedDescriptors(t *testing.T) {
	t.Parallel()
	for _, path := range thirdPartyFiles(t) {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			linked, err := protoregistry.GlobalFiles.FindFileByPath(path)
			if err != nil {
				t.Fatalf("no Go package linked into this test holds %s: %v", path, err)
			}
			compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(
				&protocompile.SourceResolver{ImportPaths: []string{thirdPartyDir}})}
			files, err := compiler.Compile(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			want, got := meaning(t, linked), meaning(t, files[0])
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
				t.Errorf("proto/third_party/%s differs from the linked descriptor (-linked +vendored):\n%s", path, diff)
			}
		})
	}
}

// TestThirdPartyProtosAreNeeded keeps the folder to files that the schema
// imports, directly or through another.
func TestThirdPartyProtosAreNeeded(t *testing.T) {
	t.Parallel()
	needed := map[string]bool{}
	var visit func(protoreflect.FileDescriptor)
	visit = func(file protoreflect.FileDescriptor) {
		if needed[file.Path()] {
			return
		}
		needed[file.Path()] = true
		for i := range file.Imports().Len() {
			visit(file.Imports().Get(i).FileDescriptor)
		}
	}
	for _, file := range apiFiles() {
		visit(file)
	}
	for _, path := range thirdPartyFiles(t) {
		if !needed[path] {
			t.Errorf("proto/third_party/%s: the schema does not import it; remove it", path)
		}
	}
}

// TestThirdPartyProtosHaveLicences requires the licence text beside each
// project's files.
func TestThirdPartyProtosHaveLicences(t *testing.T) {
	t.Parallel()
	for _, path := range thirdPartyFiles(t) {
		project, _, _ := strings.Cut(path, "/")
		if _, err := os.Stat(filepath.Join(thirdPartyDir, project, "LICENSE")); err != nil {
			t.Errorf("proto/third_party/%s: %v", path, err)
		}
	}
}

// thirdPartyFiles returns the vendored protos as import paths, in order.
func thirdPartyFiles(t *testing.T) []string {
	t.Helper()
	var paths []string
	root := os.DirFS(thirdPartyDir)
	err := fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".proto") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("no protos in %s", thirdPartyDir)
	}
	return slices.Sorted(slices.Values(paths))
}

// meaning returns a file's descriptor without its comments and the order of its
// imports. Options are decoded by the linked extension types, whoever compiled
// the file.
func meaning(t *testing.T, file protoreflect.FileDescriptor) *descriptorpb.FileDescriptorProto {
	t.Helper()
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(protodesc.ToFileDescriptorProto(file))
	if err != nil {
		t.Fatal(err)
	}
	desc := &descriptorpb.FileDescriptorProto{}
	if err := proto.Unmarshal(wire, desc); err != nil {
		t.Fatal(err)
	}
	desc.SourceCodeInfo = nil
	slices.Sort(desc.Dependency)
	return desc
}
