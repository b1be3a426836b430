package server

import (
	"context"
	"errors"
	"fmt"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/maecenas-cci/maecenas/internal/rpc/interceptor"
)

// open opens the data and begins to answer calls.
func (s *Server) open(ctx context.Context, late *interceptor.Services) {
	defer close(s.opened)
	began := s.opts.Now()
	backend, err := s.opts.Open(ctx)
	if err != nil {
		s.openErr = err
		return
	}
	err = backend.Register(late)
	if err == nil {
		err = missing(late)
	}
	if err != nil {
		s.openErr = errors.Join(err, backend.Close())
		return
	}
	s.backend.Store(backend)
	s.conn.Connect() // or the first REST call would wait for it
	if s.isStopping() {
		return
	}
	s.setHealth(healthpb.HealthCheckResponse_SERVING)
	s.log.InfoContext(ctx, "ready", "seconds", s.opts.Now().Sub(began).Seconds())
}

// shutDown ends what Start began, in the order of its doc.
func (s *Server) shutDown() error {
	s.log.Info("stopping", "grace_seconds", s.opts.Grace.Seconds())
	s.health.Shutdown() // NOT_SERVING, and no later SERVING undoes it
	close(s.stopping)
	grace, cancel := context.WithTimeout(context.Background(), s.opts.Grace)
	defer cancel()

	var errs []error
	if err := s.http.Shutdown(grace); err != nil {
		errs = append(errs, fmt.Errorf("HTTP requests were cut off after %s", s.opts.Grace), s.http.Close())
	}
	if err := s.conn.Close(); err != nil {
		errs = append(errs, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.grpc.GracefulStop()
	}()
	select {
	case <-ended:
	case <-grace.Done():
		errs = append(errs, fmt.Errorf("calls were cut off after %s", s.opts.Grace))
		s.grpc.Stop()
		<-ended
	}
	s.cancel() // an opening that still runs
	s.serving.Wait()
	if backend := s.backend.Load(); backend != nil {
		errs = append(errs, backend.Close())
	}
	err := errors.Join(errs...)
	if err == nil {
		s.log.Info("stopped")
	}
	return err
}
