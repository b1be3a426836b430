package gateway

import (
	"context"
	"net/http"

	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

const zipType = "application/zip"

// archiveBody makes the parts of an archive the bytes of the answer, which then is
// the file itself and no JSON.
func archiveBody(_ context.Context, answer proto.Message) (any, error) {
	if chunk, ok := answer.(*maecenasv1.ArchiveChunk); ok {
		return &httpbody.HttpBody{ContentType: zipType, Data: chunk.GetData()}, nil
	}
	return answer, nil
}

// archiveHeaders makes a browser keep an archive as a file.
func archiveHeaders(header http.Header, answer proto.Message) {
	if _, ok := answer.(*maecenasv1.ArchiveChunk); ok {
		header.Set("Content-Disposition", `attachment; filename="maecenas-export.zip"`)
		header.Set("Cache-Control", "no-store")
	}
}
