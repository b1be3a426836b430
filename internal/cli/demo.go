package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/data"
	"github.com/maecenas-cci/maecenas/internal/cli/report"
	"github.com/maecenas-cci/maecenas/internal/config"
	"github.com/maecenas-cci/maecenas/internal/dataset"
	"github.com/maecenas-cci/maecenas/internal/matchmaker"
	"github.com/maecenas-cci/maecenas/internal/resource"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store/memstore"
	"github.com/maecenas-cci/maecenas/testdata/demo"
)

func newDemo(c *console.Console) *cobra.Command {
	var keep bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the main job on invented data",
		Long: "Imports the demo data into a throw-away store and shows the main job: one organization's assessment " +
			"with what to improve, the ranked matches of one mandate and of one need with the lines that make up each " +
			"score, how robust their places are, what would lift one, who misses by one rule, and mandates that cover a need together. All of it is invented. With --serve it then keeps a server up on it.",
		Example: "maecenas demo\nmaecenas demo --serve",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := loadConfig(c, cmd)
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "maecenas-demo-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			show := demonstration{console: c, start: time.Now(), dir: dir}
			if err := show.run(cmd.Context()); err != nil || !keep {
				return err
			}
			settings.DataDir = dir
			return serve(cmd.Context(), c, settings, served{
				what: "the demo data", open: server.OpenFolder(dir), now: show.now,
			})
		},
	}
	config.AddFlags(cmd.Flags())
	cmd.Flags().BoolVar(&keep, "serve", false, "then serve the demo data until stopped, with serve's flags")
	return cmd
}

// The story in the demo data.
const (
	storyNeed    = "organizations/calesse-animazione/needs/second-season"
	storyMandate = "investors/amfora-ventures/mandates/studios-that-own"
)

// demonstration is one run of the demo.
type demonstration struct {
	console *console.Console
	start   time.Time
	dir     string
	app     *app.App
}

// now is the demo's clock: the data is told for one day, and time goes on from
// its noon.
func (d *demonstration) now() time.Time {
	day, err := time.Parse(time.DateOnly, demo.Day)
	if err != nil {
		return time.Now()
	}
	return day.Add(12*time.Hour + time.Since(d.start))
}

func (d *demonstration) run(ctx context.Context) (err error) {
	s, err := server.OpenFolder(d.dir)(ctx)
	if err != nil {
		return err
	}
	a, end, err := data.OpenApp(ctx, s, app.Options{Now: d.now})
	if err != nil {
		return err
	}
	d.app = a
	defer func() { err = errors.Join(err, end()) }()
	for _, step := range []func(context.Context) error{d.load, d.assess, d.needs, d.mandates, d.lift, d.nearMisses, d.mix, d.mend} {
		if err := step(ctx); err != nil {
			return explain(err)
		}
		fmt.Fprintln(d.console.Out)
	}
	return nil
}

// load imports the demo data and counts it.
func (d *demonstration) load(ctx context.Context) error {
	if err := d.fill(ctx, d.app); err != nil {
		return err
	}
	var counts [dataset.KindDeal + 1]int
	err := d.app.Export(ctx, func(r *maecenasv1.Record) error {
		counts[dataset.KindOf(r)]++
		return nil
	})
	report.Title(d.console, "Loaded")
	for _, kind := range dataset.Kinds() {
		if counts[kind] > 0 {
			fmt.Fprintf(d.console.Out, "  %3d %s\n", counts[kind], plurals[kind])
		}
	}
	fmt.Fprintf(d.console.Out, "  in %s, into a throw-away store; people, organizations and figures are invented\n",
		time.Since(d.start).Round(time.Millisecond))
	return err
}

// fill imports the demo data, and learns from its deals as a server does.
func (d *demonstration) fill(ctx context.Context, a *app.App) error {
	for _, name := range demo.Names() {
		file, err := demo.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(data.ImportAll(ctx, d.console, a, name, file), file.Close()); err != nil {
			return err
		}
	}
	_, err := a.Learn(ctx)
	return err
}

var plurals = map[dataset.Kind]string{
	dataset.KindExchangeRates: "days of exchange rates",
	dataset.KindOrganization:  "organizations",
	dataset.KindCanvas:        "canvases",
	dataset.KindNeed:          "funding needs",
	dataset.KindInvestor:      "investors",
	dataset.KindMandate:       "mandates",
	dataset.KindDeal:          "past deals",
}

// assess shows one organization's assessment.
func (d *demonstration) assess(ctx context.Context) error {
	o, _, err := d.app.Organizations.Get(ctx, resource.Subject(storyNeed), 0)
	if err != nil {
		return err
	}
	assessment, _, err := d.app.Assessment(ctx, app.AssessmentQuery{Name: o.GetName() + "/assessments/current", Full: true})
	if err != nil {
		return err
	}
	report.Title(d.console, fmt.Sprintf("The business model of %s, %s", o.GetDisplayName(), o.GetPlace().GetLocality()))
	return report.Assessment(d.console, assessment)
}

// shown is how many matches the demo shows of a ranking.
const shown = 5

func (d *demonstration) needs(ctx context.Context) error {
	m, _, err := d.app.Mandates.Get(ctx, storyMandate, 0)
	if err != nil {
		return err
	}
	ranked, err := d.app.MatchNeeds(ctx, storyMandate, matchmaker.Ranking{Limit: shown, Full: true, Robustness: true})
	if err != nil {
		return err
	}
	return d.ranking("Needs for the mandate “"+m.GetTitle()+"”", ranked.Matches, report.Needs)
}

func (d *demonstration) mandates(ctx context.Context) error {
	n, _, err := d.app.Needs.Get(ctx, storyNeed, 0)
	if err != nil {
		return err
	}
	ranked, err := d.app.MatchMandates(ctx, storyNeed, matchmaker.Ranking{Limit: shown, Full: true, Robustness: true})
	if err != nil {
		return err
	}
	return d.ranking("Mandates for the need “"+n.GetTitle()+"”", ranked.Matches, report.Mandates)
}

// ranking shows a ranking, and the lines of its first two.
func (d *demonstration) ranking(title string, matches []*maecenasv1.Match, side report.Side) error {
	report.Title(d.console, title)
	if err := report.Ranking(d.console, matches, side); err != nil {
		return err
	}
	for _, one := range matches[:min(2, len(matches))] {
		fmt.Fprintln(d.console.Out)
		if err := report.Explanation(d.console, one, side); err != nil {
			return err
		}
	}
	return nil
}

// lift shows what would lift the story's match.
func (d *demonstration) lift(ctx context.Context) error {
	explained, err := d.app.Explain(ctx, storyNeed, storyMandate, matchmaker.Ranking{Improvements: true})
	if err != nil {
		return err
	}
	one := explained.Matches[0]
	report.Title(d.console, fmt.Sprintf("What would lift “%s” with “%s”", one.GetNeedTitle(), one.GetMandateTitle()))
	fmt.Fprintf(d.console.Out, "  score %s, %s\n", report.Points(one.GetScore()), report.Words(one.GetEligibility()))
	return report.Lifts(d.console, one)
}

// nearMisses shows the nearest miss of the first mandate that has one, and of the
// first need.
func (d *demonstration) nearMisses(ctx context.Context) error {
	report.Title(d.console, "Missed by one rule")
	mandates, err := d.app.Mandates.List(ctx, app.Listing{Parent: "investors/-", Limit: 1000})
	if err != nil {
		return err
	}
	needs, err := d.app.Needs.List(ctx, app.Listing{Parent: "organizations/-", Limit: 1000})
	if err != nil {
		return err
	}
	var names [2][]string
	for _, m := range mandates.Records {
		names[report.Needs] = append(names[report.Needs], m.GetName())
	}
	for _, n := range needs.Records {
		names[report.Mandates] = append(names[report.Mandates], n.GetName())
	}
	for side, rank := range []func(context.Context, string, matchmaker.Ranking) (matchmaker.Ranked, error){
		report.Needs: d.app.MatchNeeds, report.Mandates: d.app.MatchMandates,
	} {
		if err := d.nearest(ctx, report.Side(side), names[side], rank); err != nil {
			return err
		}
	}
	return nil
}

// nearest shows the nearest miss of the first that has one with a distance.
func (d *demonstration) nearest(
	ctx context.Context, side report.Side, names []string, rank func(context.Context, string, matchmaker.Ranking) (matchmaker.Ranked, error),
) error {
	for _, name := range names {
		ranked, err := rank(ctx, name, matchmaker.Ranking{Limit: 1, Full: true, NearMisses: true})
		if err != nil {
			return err
		}
		for _, one := range ranked.Matches {
			if one.GetNearMiss().GetDistanceUnit() == "" {
				continue
			}
			whom := fmt.Sprintf("%s, by %s", one.GetMandateTitle(), one.GetInvestorDisplayName())
			if side == report.Mandates {
				whom = fmt.Sprintf("%s, of %s", one.GetNeedTitle(), one.GetOrganizationDisplayName())
			}
			fmt.Fprintf(d.console.Out, "  for %s\n", whom)
			report.NearMiss(d.console, one, side)
			return nil
		}
	}
	fmt.Fprintln(d.console.Out, "  nobody")
	return nil
}

// mix shows mandates that cover the story's need together.
func (d *demonstration) mix(ctx context.Context) error {
	mixed, err := d.app.ProposeMix(ctx, matchmaker.Mixing{Need: storyNeed, Mixes: 3})
	if err != nil {
		return err
	}
	report.Title(d.console, "Mandates that cover it together")
	return report.Mixes(d.console, mixed.Mixes)
}

// mend shows how the story's organization rises once what holds it back is
// mended: on a copy, so that a server that follows has the data as they were.
func (d *demonstration) mend(ctx context.Context) error {
	a, end, err := data.OpenApp(ctx, memstore.New(memstore.Options{}), app.Options{Now: d.now})
	if err != nil {
		return err
	}
	report.Title(d.console, "And when what holds it back is mended, one after the other")
	err = d.fill(ctx, a)
	for _, step := range []struct {
		what string
		do   func(context.Context, *app.App) error
	}{
		{"as it is", func(context.Context, *app.App) error { return nil }},
		{"shows its financials to investors", discloseFinancials},
		{"and documents what protects it", documentMoats},
	} {
		if err == nil {
			err = step.do(ctx, a)
		}
		if err == nil {
			err = d.place(ctx, a, step.what)
		}
	}
	return errors.Join(err, end())
}

func discloseFinancials(ctx context.Context, a *app.App) error {
	_, _, err := a.Organizations.Update(ctx, app.Change[*maecenasv1.Organization]{
		Resource: &maecenasv1.Organization{
			Name:       resource.Subject(storyNeed),
			Disclosure: &maecenasv1.Organization_Disclosure{Financials: maecenasv1.Organization_TO_INVESTORS},
		},
		Mask: &fieldmaskpb.FieldMask{Paths: []string{"disclosure.financials"}},
	})
	return err
}

func documentMoats(ctx context.Context, a *app.App) error {
	canvas, _, err := a.Canvases.Get(ctx, resource.Subject(storyNeed)+"/canvas", 0)
	if err != nil {
		return err
	}
	for _, moat := range canvas.GetMoats() {
		if moat.GetEvidence().GetLevel() == maecenasv1.Evidence_SELF_DECLARED {
			moat.Evidence.Level = maecenasv1.Evidence_DOCUMENTED
		}
	}
	_, _, err = a.Canvases.Update(ctx, app.Change[*maecenasv1.Canvas]{Resource: canvas})
	return err
}

// place shows where the story's need ranks for the story's mandate.
func (d *demonstration) place(ctx context.Context, a *app.App, what string) error {
	ranked, err := a.MatchNeeds(ctx, storyMandate, matchmaker.Ranking{Limit: 1000})
	if err != nil {
		return err
	}
	for _, one := range ranked.Matches {
		if one.GetNeed() == storyNeed {
			fmt.Fprintf(d.console.Out, "  %-36s rank %d of %d, score %s, %s\n", what, one.GetRank(), len(ranked.Matches),
				d.console.Paint(console.Green, report.Points(one.GetScore())), report.Words(one.GetEligibility()))
			return nil
		}
	}
	return fmt.Errorf("%s is not ranked for %s", storyNeed, storyMandate)
}
