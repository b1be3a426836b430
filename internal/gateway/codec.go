package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

// maxDepth is how deep messages may nest in JSON.
const maxDepth = 100

// codec reads and writes JSON. It shows zeros and empty lists, so that a score
// of 0 is told from none, and leaves out what is unset where that differs. It
// refuses fields that the schema does not know, and anything after the value.
type codec struct{}

var (
	marshal   = protojson.MarshalOptions{EmitDefaultValues: true}
	unmarshal = protojson.UnmarshalOptions{RecursionLimit: maxDepth}
)

// ContentType returns the media type of what is written.
func (codec) ContentType(v any) string {
	if body, ok := v.(*httpbody.HttpBody); ok {
		return body.GetContentType()
	}
	return "application/json"
}

// Marshal writes a value, with a line end for those who read it on a terminal.
func (codec) Marshal(v any) ([]byte, error) {
	var text []byte
	var err error
	switch v := v.(type) {
	case proto.Message:
		text, err = marshal.Marshal(v)
	case map[string]any: // one of a stream: its result
		text, err = marshalEach(v)
	case map[string]proto.Message: // the error that ended one
		text, err = marshalEach(v)
	default:
		text, err = json.Marshal(v)
	}
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// marshalEach writes an object of messages.
func marshalEach[V any](values map[string]V) ([]byte, error) {
	parts := map[string]json.RawMessage{}
	for name, value := range values {
		message, ok := any(value).(proto.Message)
		if !ok {
			return nil, fmt.Errorf("%T is no message", value)
		}
		text, err := marshal.Marshal(message)
		if err != nil {
			return nil, err
		}
		parts[name] = text
	}
	return json.Marshal(parts)
}

// Delimiter returns what stands between the messages of a stream: nothing, as each
// ends its line.
func (codec) Delimiter() []byte { return nil }

// Unmarshal reads into a message, or into a pointer to a message that is made.
func (codec) Unmarshal(data []byte, v any) error {
	if message, ok := v.(proto.Message); ok {
		return unmarshal.Unmarshal(data, message)
	}
	pointer := reflect.ValueOf(v)
	if pointer.Kind() != reflect.Pointer || pointer.Elem().Kind() != reflect.Pointer {
		return fmt.Errorf("cannot read JSON into %T", v)
	}
	made := reflect.New(pointer.Type().Elem().Elem())
	message, ok := made.Interface().(proto.Message)
	if !ok {
		return fmt.Errorf("cannot read JSON into %T", v)
	}
	if err := unmarshal.Unmarshal(data, message); err != nil {
		return err
	}
	pointer.Elem().Set(made)
	return nil
}

// NewDecoder returns a decoder of one value; nothing but space is io.EOF.
func (c codec) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(data)) == 0 {
			return io.EOF
		}
		return c.Unmarshal(data, v)
	})
}

// NewEncoder returns an encoder.
func (c codec) NewEncoder(w io.Writer) runtime.Encoder {
	return runtime.EncoderFunc(func(v any) error {
		data, err := c.Marshal(v)
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
}

// zipType is the media type of archives.
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
