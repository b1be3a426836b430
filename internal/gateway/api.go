package gateway

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
)

const (
	requestIDHeader = "X-Request-Id"
	revisionHeader  = "Maecenas-Revision"
)

// newAPI returns the handler of the methods.
func (g *gateway) newAPI(ctx context.Context) (http.Handler, error) {
	mux := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, codec{}),
		runtime.WithMarshalerOption(csvType, csvCodec{}),
		runtime.WithIncomingHeaderMatcher(forwardedToServer),
		runtime.WithOutgoingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithForwardResponseOption(func(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
			forwardHeaders(ctx, w)
			g.setSession(ctx, w, answer)
			csvHeaders(ctx, w.Header(), answer)
			archiveHeaders(w.Header(), answer)
			return nil
		}),
		runtime.WithForwardResponseRewriter(archiveBody),
		runtime.WithErrorHandler(g.handleError),
		runtime.WithRoutingErrorHandler(g.handleRoutingError),
		runtime.WithMiddlewares(g.read),
		runtime.WithDisablePathLengthFallback(),
		runtime.WithDisableHTTPMethodOverride(),
		runtime.WithWriteContentLength(),
	)
	conn := noticingConn{g.opts.Conn}
	err := errors.Join(
		maecenasv1.RegisterAssessmentServiceHandlerClient(ctx, mux, maecenasv1.NewAssessmentServiceClient(conn)),
		maecenasv1.RegisterBackupServiceHandlerClient(ctx, mux, maecenasv1.NewBackupServiceClient(conn)),
		maecenasv1.RegisterAttestationServiceHandlerClient(ctx, mux, maecenasv1.NewAttestationServiceClient(conn)),
		maecenasv1.RegisterBookmarkServiceHandlerClient(ctx, mux, maecenasv1.NewBookmarkServiceClient(conn)),
		maecenasv1.RegisterContactServiceHandlerClient(ctx, mux, maecenasv1.NewContactServiceClient(conn)),
		maecenasv1.RegisterIntroductionServiceHandlerClient(ctx, mux, maecenasv1.NewIntroductionServiceClient(conn)),
		maecenasv1.RegisterCanvasServiceHandlerClient(ctx, mux, maecenasv1.NewCanvasServiceClient(conn)),
		maecenasv1.RegisterDealServiceHandlerClient(ctx, mux, maecenasv1.NewDealServiceClient(conn)),
		maecenasv1.RegisterExchangeRateServiceHandlerClient(ctx, mux, maecenasv1.NewExchangeRateServiceClient(conn)),
		maecenasv1.RegisterInvestorServiceHandlerClient(ctx, mux, maecenasv1.NewInvestorServiceClient(conn)),
		maecenasv1.RegisterMandateServiceHandlerClient(ctx, mux, maecenasv1.NewMandateServiceClient(conn)),
		maecenasv1.RegisterMatchServiceHandlerClient(ctx, mux, maecenasv1.NewMatchServiceClient(conn)),
		maecenasv1.RegisterMembershipServiceHandlerClient(ctx, mux, maecenasv1.NewMembershipServiceClient(conn)),
		maecenasv1.RegisterNeedServiceHandlerClient(ctx, mux, maecenasv1.NewNeedServiceClient(conn)),
		maecenasv1.RegisterOrganizationServiceHandlerClient(ctx, mux, maecenasv1.NewOrganizationServiceClient(conn)),
		maecenasv1.RegisterPrincipalServiceHandlerClient(ctx, mux, maecenasv1.NewPrincipalServiceClient(conn)),
		maecenasv1.RegisterPrivacyServiceHandlerClient(ctx, mux, maecenasv1.NewPrivacyServiceClient(conn)),
		maecenasv1.RegisterReportServiceHandlerClient(ctx, mux, maecenasv1.NewReportServiceClient(conn)),
		maecenasv1.RegisterAuditServiceHandlerClient(ctx, mux, maecenasv1.NewAuditServiceClient(conn)),
		maecenasv1.RegisterSessionServiceHandlerClient(ctx, mux, maecenasv1.NewSessionServiceClient(conn)),
	)
	if err != nil {
		return nil, err
	}
	return g.onlyKnownHeaders(mux), nil
}

// onlyKnownHeaders hands on a request with the headers that mean something here,
// so that none can set a deadline, a trailer or an address of the caller. What the
// cookie says becomes a header, unless there are credentials that were meant.
func (g *gateway) onlyKnownHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := exchangeOf(r.Context())
		kept := http.Header{}
		for _, name := range []string{"Authorization", "Content-Encoding", "Content-Type"} {
			if values := r.Header.Values(name); len(values) > 0 {
				kept[name] = values
			}
		}
		if media := kept.Get("Content-Type"); media == "" {
			kept.Del("Content-Type")
		} else if _, _, err := mime.ParseMediaType(media); err != nil {
			// The mux would write the caller's text into the log as it is.
			kept.Set("Content-Type", "application/octet-stream")
		}
		kept.Set(requestIDHeader, e.id)
		kept.Set(addressHeader, g.callerAddress(r))
		if token := sessionToken(r); token != "" && kept.Get("Authorization") == "" {
			kept.Set(sessionHeader, token)
		}
		if e.csv = wantsCSV(r.Header.Values("Accept")); e.csv {
			kept.Set("Accept", csvType)
		}
		clone := new(http.Request)
		*clone = *r
		clone.Header = kept
		clone.URL = new(*r.URL)
		if r.Method == http.MethodHead {
			clone.Method = http.MethodGet // net/http leaves out the body
		}
		next.ServeHTTP(w, clone)
	})
}

// forwardedToServer names the headers that become metadata; Authorization does
// without.
func forwardedToServer(header string) (string, bool) {
	switch header {
	case requestIDHeader, sessionHeader, addressHeader:
		return strings.ToLower(header), true
	}
	return "", false
}

// forwardHeaders answers the revision that a write committed, which the server
// tells in the header or in the trailer.
func forwardHeaders(ctx context.Context, w http.ResponseWriter) {
	md, ok := runtime.ServerMetadataFromContext(ctx)
	if !ok {
		return
	}
	for _, values := range [][]string{md.HeaderMD.Get(revisionHeader), md.TrailerMD.Get(revisionHeader)} {
		if len(values) > 0 {
			w.Header().Set(revisionHeader, values[len(values)-1])
		}
	}
}
