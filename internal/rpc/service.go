// Package rpc speaks the schema's services: it reads requests, calls the use
// cases of app and writes their answers. Rules of a single request (page sizes,
// page tokens, the schema's rules of request messages) are checked here; rules
// of records are app's.
package rpc

import (
	"context"
	"crypto/sha256"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/account"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/attest"
	"github.com/maecenas-cci/maecenas/internal/audit"
	"github.com/maecenas-cci/maecenas/internal/fault"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/validate"
)

// RevisionHeader is the header in which every answer names the revision of the
// data: the one that a write committed, or that a read rests on.
const RevisionHeader = "maecenas-revision"

// listSize is how many records a list answers where the request does not say.
const listSize = 50

// UseCases are what the services are served by; all are needed.
type UseCases struct {
	// App has organizations, investors, what is below them, and matching.
	App *app.App
	// Accounts has principals, keys, memberships and sessions.
	Accounts *account.Accounts
	// Introductions has what lies between the two sides.
	Introductions *introduction.Service
	// Attest has what verifiers do.
	Attest *attest.Service
	// Audit reads the audit log.
	Audit *audit.Log
	// Privacy has consent, copies and erasure.
	Privacy *privacy.Privacy
	// Backup writes backups.
	Backup BackupFunc
}

// service is what the handlers of all services share.
type service struct {
	app   *app.App
	audit *audit.Log
	rules *validate.Schema
	pages pages
}

// Register registers every service of the schema.
func Register(registrar grpc.ServiceRegistrar, cases UseCases) error {
	rules, err := validate.NewSchema()
	if err != nil {
		return err
	}
	tokens, err := newPages()
	if err != nil {
		return err
	}
	s := &service{app: cases.App, audit: cases.Audit, rules: rules, pages: tokens}
	maecenasv1.RegisterOrganizationServiceServer(registrar, organizations{service: s})
	maecenasv1.RegisterCanvasServiceServer(registrar, canvases{service: s})
	maecenasv1.RegisterAssessmentServiceServer(registrar, assessments{service: s})
	maecenasv1.RegisterNeedServiceServer(registrar, needs{service: s})
	maecenasv1.RegisterInvestorServiceServer(registrar, investors{service: s, attest: cases.Attest})
	maecenasv1.RegisterMandateServiceServer(registrar, mandates{service: s})
	maecenasv1.RegisterDealServiceServer(registrar, deals{service: s})
	maecenasv1.RegisterExchangeRateServiceServer(registrar, exchangeRates{service: s})
	maecenasv1.RegisterMatchServiceServer(registrar, matches{service: s})
	maecenasv1.RegisterReportServiceServer(registrar, reports{service: s})
	maecenasv1.RegisterPrincipalServiceServer(registrar, principals{service: s, accounts: cases.Accounts})
	maecenasv1.RegisterMembershipServiceServer(registrar, memberships{service: s, accounts: cases.Accounts})
	maecenasv1.RegisterSessionServiceServer(registrar, sessions{service: s, accounts: cases.Accounts})
	maecenasv1.RegisterIntroductionServiceServer(registrar, introductions{service: s, cases: cases.Introductions})
	maecenasv1.RegisterBookmarkServiceServer(registrar, bookmarks{service: s, cases: cases.Introductions.Bookmarks})
	maecenasv1.RegisterContactServiceServer(registrar, contacts{service: s, cases: cases.Introductions.Contacts})
	maecenasv1.RegisterAttestationServiceServer(registrar, attestations{service: s, cases: cases.Attest})
	maecenasv1.RegisterBackupServiceServer(registrar, backups{service: s, write: cases.Backup})
	maecenasv1.RegisterPrivacyServiceServer(registrar, rights{service: s, privacy: cases.Privacy})
	maecenasv1.RegisterAuditServiceServer(registrar, auditLog{service: s, log: cases.Audit})
	return nil
}

// check holds a request to the schema's rules.
func (s *service) check(request proto.Message) error {
	violations := s.rules.Violations("", request)
	if len(violations) == 0 {
		return nil
	}
	return fault.Invalid(violations...)
}

// intent is how a write is meant.
func intent(request interface {
	proto.Message
	GetRequestId() string
}) record.Intent {
	meant := record.Intent{RequestID: request.GetRequestId()}
	if dry, ok := request.(interface{ GetValidateOnly() bool }); ok {
		meant.ValidateOnly = dry.GetValidateOnly()
	}
	if meant.RequestID != "" {
		content, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
		if err == nil {
			sum := sha256.Sum256(append([]byte(request.ProtoReflect().Descriptor().FullName()+"\n"), content...))
			meant.Digest = sum[:]
		}
	}
	return meant
}

// answer tells the revision in a header and passes the answer on.
func answer[T any](ctx context.Context, response T, revision int64, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	// An error means that there is no call to answer, as in a test of a handler alone.
	_ = grpc.SetHeader(ctx, metadata.Pairs(RevisionHeader, strconv.FormatInt(revision, 10)))
	return response, nil
}

// listing is what a list request asks of app.
func (s *service) listing(ctx context.Context, request interface {
	paged
	GetMinRevision() int64
}) (record.Listing, error) {
	if err := s.check(request); err != nil {
		return record.Listing{}, err
	}
	place, err := s.pages.place(ctx, request)
	if err != nil {
		return record.Listing{}, err
	}
	listing := record.Listing{After: place, Limit: size(request, listSize), MinRevision: request.GetMinRevision()}
	if below, ok := request.(interface{ GetParent() string }); ok {
		listing.Parent = below.GetParent()
	}
	if found, ok := request.(interface {
		GetFilter() string
		GetOrderBy() string
	}); ok {
		listing.Filter, listing.OrderBy = found.GetFilter(), found.GetOrderBy()
	}
	return listing, nil
}
