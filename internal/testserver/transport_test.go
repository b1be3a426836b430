package testserver_test

import (
	"bufio"
	"bytes"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/testserver"
)

// raw sends bytes as they are.
type raw struct{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(v any) (mem.BufferSlice, error) {
	data, _ := v.([]byte)
	return mem.BufferSlice{mem.SliceBuffer(data)}, nil
}

func (raw) Unmarshal(data mem.BufferSlice, v any) error {
	if into, ok := v.(*[]byte); ok {
		*into = data.Materialize()
	}
	return nil
}

// reasonOf returns the reason of an error over gRPC.
func reasonOf(err error) string {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info.GetReason()
		}
	}
	return ""
}

// nested is a requirement that denies itself so many times.
func nested(depth int) *maecenasv1.Requirement {
	r := &maecenasv1.Requirement{}
	for range depth {
		r = &maecenasv1.Requirement{Rule: &maecenasv1.Requirement_Not{Not: r}}
	}
	return r
}

// TestEveryMethodAgainstBadBytes sends to every method what is no message, and
// expects the documented answer of each.
func TestEveryMethodAgainstBadBytes(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	deep, err := proto.Marshal(&maecenasv1.PreviewMatchNeedsRequest{
		Mandate: &maecenasv1.Mandate{Requirements: []*maecenasv1.Requirement{nested(1000)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Conn.Invoke(t.Context(), maecenasv1.MatchService_PreviewMatchNeeds_FullMethodName, deep, new([]byte), grpc.ForceCodecV2(raw{})); status.Code(err) != codes.InvalidArgument || reasonOf(err) != "REQUEST_MALFORMED" {
		t.Errorf("nested a thousand deep: %v", err)
	}
	methods := 0
	for _, desc := range []*grpc.ServiceDesc{
		&maecenasv1.AssessmentService_ServiceDesc, &maecenasv1.CanvasService_ServiceDesc, &maecenasv1.DealService_ServiceDesc,
		&maecenasv1.InvestorService_ServiceDesc, &maecenasv1.MandateService_ServiceDesc, &maecenasv1.MatchService_ServiceDesc,
		&maecenasv1.NeedService_ServiceDesc, &maecenasv1.OrganizationService_ServiceDesc,
		&maecenasv1.ExchangeRateService_ServiceDesc, &maecenasv1.ReportService_ServiceDesc,
	} {
		for _, method := range desc.Methods {
			methods++
			name := "/" + desc.ServiceName + "/" + method.MethodName
			for data, want := range map[string]string{
				"\x0f":                                  "REQUEST_MALFORMED", // a wire type that does not exist
				"\x0a\x7f":                              "REQUEST_MALFORMED", // a length beyond the end
				"\x0a" + strings.Repeat("\xff", 11):     "REQUEST_MALFORMED", // a length that is no number
				strings.Repeat("\xa3\x38", 20_000):      "REQUEST_MALFORMED", // groups without end
				"\xa2\x38\x80\x80\x80\x03" + big(6<<20): "REQUEST_TOO_LARGE",
			} {
				err := s.Conn.Invoke(t.Context(), name, []byte(data), new([]byte), grpc.ForceCodecV2(raw{}))
				if reasonOf(err) != want {
					t.Errorf("%s, %d bytes: %v, want %s", name, len(data), err, want)
				}
			}
		}
	}
	if methods < 30 {
		t.Errorf("%d methods only", methods)
	}
	if log := s.Log.String(); strings.Contains(log, "level=ERROR") || !strings.Contains(log, "REQUEST_MALFORMED") {
		t.Errorf("log: %.2000s", log)
	}
}

func big(n int) string { return strings.Repeat("x", n) }

// TestEveryPathAgainstBadBodies does the same over REST.
func TestEveryPathAgainstBadBodies(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	deep := strings.Repeat(`{"not":`, 1000) + "{}" + strings.Repeat("}", 1000)
	code, answer, _ := call(t, s, "POST", "/v1:previewMatchNeeds", `{"mandate":{"requirements":[`+deep+`]}}`)
	if word, _ := reason(answer); code != 400 || word != "REQUEST_MALFORMED" {
		t.Errorf("nested a thousand deep: %d %v", code, answer)
	}
	for _, path := range []string{
		"POST /v1/organizations", "PATCH /v1/organizations/a", "PATCH /v1/organizations/a/canvas", "POST /v1/organizations/a/needs",
		"PATCH /v1/organizations/a/needs/b", "POST /v1/investors", "PATCH /v1/investors/a", "POST /v1/investors/a/mandates",
		"PATCH /v1/investors/a/mandates/b", "POST /v1/investors/a/deals", "PATCH /v1/investors/a/deals/b", "POST /v1:previewAssessment",
		"POST /v1/investors/a/mandates/b:matchNeeds", "POST /v1/organizations/a/needs/b:matchMandates", "POST /v1:previewMatchNeeds",
		"POST /v1:previewMatchMandates", "POST /v1:explainMatch", "POST /v1/organizations/a/canvas/revisions/1:restore",
	} {
		method, path, _ := strings.Cut(path, " ")
		for body, want := range map[string]string{
			`{`: "REQUEST_MALFORMED", `[]`: "REQUEST_MALFORMED", `"x"`: "REQUEST_MALFORMED", `{"nothing": 1}`: "REQUEST_MALFORMED",
			"{\"\xff\": 1}": "REQUEST_MALFORMED", strings.Repeat("[", 100_000): "REQUEST_MALFORMED",
			strings.Repeat(`{"a":`, 100_000): "REQUEST_MALFORMED", `{"a": "` + big(5<<20) + `"}`: "REQUEST_TOO_LARGE",
		} {
			code, answer, _ := call(t, s, method, path, body)
			if word, _ := reason(answer); word != want || (code != 400 && code != 413) {
				t.Errorf("%s %s, body %.20q: %d %.300v", method, path, body, code, answer)
			}
		}
	}
	if log := s.Log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("log: %.2000s", log)
	}
}

// TestWrongProtocol: what is not HTTP is refused, and the server lives on.
func TestWrongProtocol(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{})
	for _, address := range []string{s.Addrs().HTTP, s.Addrs().GRPC} {
		for _, text := range []string{"\x16\x03\x01\x02\x00\x01\x00", "hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + big(100<<10) + "\r\n\r\n"} {
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = conn.Write([]byte(text))
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
			line, _ := bufio.NewReader(conn).ReadBytes('\n')
			if bytes.Contains(line, []byte(" 200 ")) {
				t.Errorf("%.20q to %s: %s", text, address, line)
			}
			_ = conn.Close()
		}
	}
	if code, _, _ := call(t, s, "GET", "/v1/rubric", ""); code != 200 {
		t.Errorf("afterwards: %d", code)
	}
}

// TestRevisionThatDoesNotCome: a request that asks for a revision that does not come is
// told so when its time is up.
func TestRevisionThatDoesNotCome(t *testing.T) {
	t.Parallel()
	s := testserver.Start(t, testserver.Options{Change: func(o *server.Options) { o.Deadline = 50 * time.Millisecond }})
	code, answer, _ := call(t, s, "GET", "/v1/organizations?minRevision=1000", "")
	if word, _ := reason(answer); code != 503 || word != "REVISION_NOT_REACHED" {
		t.Errorf("%d %v", code, answer)
	}
}
