package assess

// itemPath is the path of a field of an item with an id, such as
// canvas.revenueStreams[tickets].stage.
func itemPath(block, id, field string) string {
	return "canvas." + block + "[" + id + "]." + field
}
