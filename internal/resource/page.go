package resource

// MaxPageBytes bounds what a page holds, so that an answer stays below the 4 MiB
// that clients of gRPC take by default.
const MaxPageBytes = 3 << 20

// PageFull answers whether a page of some records has no room for one more, which
// would make it that large.
func PageFull(records, bytes int) bool { return records > 0 && bytes > MaxPageBytes }
