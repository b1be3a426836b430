package interceptor

import (
	"compress/gzip"
	"context"
	"io"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	_ "google.golang.org/grpc/encoding/gzip" // answers a caller that speaks gzip in gzip
	protocodec "google.golang.org/grpc/encoding/proto"
)

const (
	// MaxMessageBytes is the size of the largest message that is accepted, once
	// unpacked.
	MaxMessageBytes = 4 << 20
	// MaxAnonymousBytes is the size of the largest message that is accepted from who
	// shows no credentials, once unpacked: enough to sign in.
	MaxAnonymousBytes = 256 << 10
	// MaxReadBytes is the size of the largest message that is read at all, so
	// that what is larger than MaxMessageBytes can be answered with its reason.
	// What is larger still, the library refuses with the same code, but bare.
	MaxReadBytes = 32 << 20

	// maxDepth is how deep messages may nest; the schema's deepest valid request
	// is far from it.
	maxDepth = 100
)

// inbound is a message to be read whose fault, if it has one, is kept rather
// than returned: an error that the codec returns ends the call at once.
type inbound struct {
	message proto.Message
	limit   int // of its size
	fault   error
}

// newInbound makes a message to be read of a call.
func newInbound(ctx context.Context, message proto.Message) *inbound {
	limit := MaxMessageBytes
	if !hasCredentials(ctx) {
		limit = MaxAnonymousBytes
	}
	return &inbound{message: message, limit: limit}
}

// codec is the protobuf codec of the server. Fields that the schema does not
// know are dropped, so that nothing unknown is ever stored.
type codec struct {
	encoding.CodecV2
	options proto.UnmarshalOptions
}

func newCodec() encoding.CodecV2 {
	return codec{
		CodecV2: encoding.GetCodecV2(protocodec.Name),
		options: proto.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: maxDepth},
	}
}

// Unmarshal reads a message, keeping the fault of an inbound one.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	in, ok := v.(*inbound)
	if !ok {
		return c.CodecV2.Unmarshal(data, v)
	}
	if data.Len() > in.limit {
		in.fault = tooLarge(in.limit)
		return nil
	}
	buffer := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer buffer.Free()
	if err := c.options.Unmarshal(buffer.ReadOnlyData(), in.message); err != nil {
		in.fault = malformed(in.message.ProtoReflect().Descriptor().FullName(), err)
	}
	return nil
}

// gunzip unpacks messages, and stops soon after the largest that is accepted: a
// small message may unpack to gigabytes.
type gunzip struct{}

// noMessage are bytes that are no message: a field number of 0, a wire type of 7.
var noMessage = []byte{0x07}

// Do unpacks. What cannot be unpacked is answered as bytes that are no message,
// because an error here would be answered as a fault of the server.
func (gunzip) Do(packed io.Reader) ([]byte, error) {
	reader, err := gzip.NewReader(packed)
	if err != nil {
		return noMessage, nil
	}
	defer reader.Close() //nolint:errcheck // reading told everything
	data, err := io.ReadAll(io.LimitReader(reader, MaxMessageBytes+1))
	if err != nil {
		return noMessage, nil
	}
	return data, nil
}

// Type returns the name of the encoding.
func (gunzip) Type() string { return "gzip" }
