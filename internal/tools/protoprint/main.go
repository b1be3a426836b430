// Command protoprint writes buf/validate/validate.proto, as linked into the Go
// module that the server validates with, to standard output.
//
// The proto file has no other source within the registries that this project
// uses, and a copy that came from elsewhere could differ from the rules that
// run. Run it from the repository root whenever go.mod moves protovalidate, with
// the same version in this folder's go.mod:
//
//	go -C internal/tools/protoprint run . > proto/third_party/buf/validate/validate.proto
package main

import (
	"fmt"
	"os"

	validate "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/jhump/protoreflect/v2/protoprint"
)

// header says where the file comes from; its licence lies in ../LICENSE.
const header = `// Copyright 2023-2026 Buf Technologies, Inc.
// Licensed under the Apache License, Version 2.0; see ../LICENSE.
//
// Printed by internal/tools/protoprint from the descriptor in
// buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go, without the
// comments of the original, which descriptors in Go do not hold.

`

func main() {
	printer := protoprint.Printer{Indent: "  "}
	text, err := printer.PrintProtoToString(validate.File_buf_validate_validate_proto)
	if err != nil {
		fmt.Fprintln(os.Stderr, "protoprint: validate.proto:", err)
		os.Exit(1)
	}
	if _, err := os.Stdout.WriteString(header + text); err != nil {
		fmt.Fprintln(os.Stderr, "protoprint: standard output:", err)
		os.Exit(1)
	}
}
