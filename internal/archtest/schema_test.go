package archtest_test

import "google.golang.org/protobuf/reflect/protoreflect"

func apiFiles() []protoreflect.FileDescriptor { return nil }
