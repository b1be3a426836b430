package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/data"
	"github.com/maecenas-cci/maecenas/internal/cli/report"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
)

// maxAssessFile is the largest file that assess reads: what one call may carry.
const maxAssessFile = 4 << 20

func newAssess(c *console.Console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "assess FILE",
		Short: "Assess the business model in a file",
		Long: "Reads {organization, canvas, assessDate} as JSON, with the API's names, and shows the assessment: " +
			"dimension by dimension, what is missing, what to improve first. - is standard input. Nothing is stored.",
		Example: "maecenas assess canvas.json\nmaecenas assess --json - < canvas.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			request, err := readPreview(c, args[0])
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			a, end, err := data.OpenApp(cmd.Context(), memstore.New(memstore.Options{}), app.Options{})
			if err != nil {
				return err
			}
			assessment, err := a.PreviewAssessment(app.Preview{
				Organization: request.GetOrganization(), Canvas: request.GetCanvas(), Date: request.GetAssessDate(),
				Full: true, Basis: request.GetBasis(),
			})
			if err = errors.Join(explain(err), end()); err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if asJSON {
				return c.JSON(assessment)
			}
			if name := request.GetOrganization().GetDisplayName(); name != "" {
				report.Title(c, name)
			}
			return report.Assessment(c, assessment)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "show the API's JSON")
	return cmd
}

func readPreview(c *console.Console, path string) (*maecenasv1.PreviewAssessmentRequest, error) {
	from := c.In
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, errors.Unwrap(err)
		}
		from = file
		defer func() { _ = file.Close() }() // what is only read loses nothing
	}
	content, err := io.ReadAll(io.LimitReader(from, maxAssessFile+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxAssessFile {
		return nil, fmt.Errorf("is larger than %d MiB", maxAssessFile>>20)
	}
	request := &maecenasv1.PreviewAssessmentRequest{}
	if err := protojson.Unmarshal(content, request); err != nil {
		return nil, fmt.Errorf("is not {organization, canvas, assessDate} as JSON: %s", plain(err))
	}
	return request, nil
}
