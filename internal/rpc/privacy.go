package rpc

import (
	"bufio"
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/privacy"
	"github.com/maecenas-cci/maecenas/internal/record"
)

// rights serves PrivacyService.
type rights struct {
	maecenasv1.UnimplementedPrivacyServiceServer
	*service

	privacy *privacy.Privacy
}

func (s rights) CreateConsent(ctx context.Context, request *maecenasv1.CreateConsentRequest) (*maecenasv1.Consent, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	given, revision, err := s.privacy.GiveConsent(ctx, record.Creation[*maecenasv1.Consent]{
		Parent: request.GetParent(), Resource: request.GetConsent(), Intent: intent(request),
	})
	return answer(ctx, given, revision, err)
}

func (s rights) GetConsent(ctx context.Context, request *maecenasv1.GetConsentRequest) (*maecenasv1.Consent, error) {
	return get(ctx, s.service, s.privacy.Consents, request)
}

func (s rights) ListConsents(ctx context.Context, request *maecenasv1.ListConsentsRequest) (*maecenasv1.ListConsentsResponse, error) {
	page, next, err := listOf(ctx, s.service, s.privacy.Consents, request)
	return answer(ctx, &maecenasv1.ListConsentsResponse{
		Consents: page.Records, NextPageToken: next, DataRevision: page.Revision,
	}, page.Revision, err)
}

func (s rights) WithdrawConsent(ctx context.Context, request *maecenasv1.WithdrawConsentRequest) (*maecenasv1.Consent, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	withdrawn, revision, err := s.privacy.WithdrawConsent(ctx, request.GetName(), request.GetEtag(), intent(request))
	return answer(ctx, withdrawn, revision, err)
}

// ExportSubject streams the archive, once all of it is there.
func (s rights) ExportSubject(request *maecenasv1.ExportSubjectRequest, stream grpc.ServerStreamingServer[maecenasv1.ArchiveChunk]) error {
	if err := s.check(request); err != nil {
		return err
	}
	archive, err := s.privacy.Export(stream.Context(), request.GetName())
	if err != nil {
		return err
	}
	chunks := bufio.NewWriterSize(archiveWriter{stream}, chunkBytes)
	// Only its Write makes chunks of one size.
	_, err = io.Copy(struct{ io.Writer }{chunks}, archive)
	if err == nil {
		err = chunks.Flush()
	}
	return errors.Join(err, archive.Close())
}

// archiveWriter sends what is written to it.
type archiveWriter struct {
	stream grpc.ServerStreamingServer[maecenasv1.ArchiveChunk]
}

// Write implements io.Writer.
func (w archiveWriter) Write(p []byte) (int, error) {
	// A message may be sent after Send has returned.
	if err := w.stream.Send(&maecenasv1.ArchiveChunk{Data: append([]byte(nil), p...)}); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s rights) EraseSubject(ctx context.Context, request *maecenasv1.EraseSubjectRequest) (*maecenasv1.Erasure, error) {
	if err := s.check(request); err != nil {
		return nil, err
	}
	erasure, err := s.privacy.Erase(ctx, request.GetName(), request.GetConfirmName())
	return answer(ctx, erasure, erasure.GetDataRevision(), err)
}
