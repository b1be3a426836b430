package cli

import (
	"context"
	"fmt"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/app"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/report"
	"github.com/maecenas-cci/maecenas/internal/introduction"
	"github.com/maecenas-cci/maecenas/internal/record"
	"github.com/maecenas-cci/maecenas/internal/resource"
)

// meet shows what opens when both sides of the story want to talk.
func (d *demonstration) meet(ctx context.Context, a *app.App) error {
	studio, fund := resource.Subject(storyNeed), resource.Subject(storyMandate)
	asStudio, asFund := auth.WithPrincipal(ctx, auth.Insider(studio)), auth.WithPrincipal(ctx, auth.Insider(fund))
	between := introduction.New(introduction.Options{Keeper: a.Keeper(), Sees: a.Sees})
	contact := studio + "/contact"
	_, _, err := between.Contacts.Organizations.Update(asStudio, record.Update[*maecenasv1.OrganizationContact]{
		Resource: &maecenasv1.OrganizationContact{Name: contact, People: []*maecenasv1.ContactPerson{
			{DisplayName: "Giulia Netti", Role: "Producer", Email: "giulia@calesse.example"},
		}},
	})
	if err != nil {
		return err
	}
	report.Title(d.console, "And when both want to talk")
	one, _, err := between.Propose(asStudio, introduction.Proposal{Introduction: &maecenasv1.Introduction{
		Need: storyNeed, Mandate: storyMandate, Message: "The pilot is done; may we show it?",
	}})
	if err != nil {
		return err
	}
	d.step(one.GetOrganizationDisplayName()+" proposes it", one, "")
	if _, _, err := between.Contacts.Organization(asFund, contact, 0); err == nil {
		return fmt.Errorf("%s is shown before both want to talk", contact)
	}
	one, _, err = between.Act(asFund, introduction.Request{Name: one.GetName(), Action: introduction.Accept})
	if err != nil {
		return err
	}
	shown, _, err := between.Contacts.Organization(asFund, contact, 0)
	if err != nil {
		return err
	}
	person := shown.GetPeople()[0]
	d.step(one.GetInvestorDisplayName()+" accepts", one, fmt.Sprintf("and sees whom to talk to: %s, %s", person.GetDisplayName(), person.GetEmail()))
	return nil
}

// step shows a step of an introduction.
func (d *demonstration) step(what string, i *maecenasv1.Introduction, more string) {
	line := d.console.Paint(console.Green, report.Words(i.GetState()))
	if more != "" {
		line += ", " + more
	}
	fmt.Fprintf(d.console.Out, "  %-36s %s\n", what, line)
}
