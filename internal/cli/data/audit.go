package data

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	maecenasv1 "github.com/maecenas-cci/maecenas/gen/maecenas/v1"
	"github.com/maecenas-cci/maecenas/internal/audit"
	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/sheet"
)

// NewAudit makes the command audit.
func NewAudit(c *console.Console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show, export and verify who did what",
		Long: "The audit log has a line for every write, and for looks at what is others': who, when, by which permission, at " +
			"what. It holds no content and no names, only uids; the names shown are those that are still known. Each line " +
			"holds the hash of the one before, so that none can be changed or left out.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAuditList(c), newAuditExport(c), newAuditVerify(c))
	return cmd
}

// auditing is which part of which log.
type auditing struct {
	folder         Folder
	from           Remote
	subject, actor string
	after, before  string
}

func (q *auditing) flags(c *console.Console, cmd *cobra.Command) {
	Flag(c, cmd, &q.folder.Dir)
	q.from.Flags(cmd)
}

func (q *auditing) filters(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&q.subject, "subject", "", "only what was done to this organization or investor, or below it")
	flags.StringVar(&q.actor, "actor", "", "only what this principal did")
	flags.StringVar(&q.after, "after", "", "only from this day on, YYYY-MM-DD, in UTC")
	flags.StringVar(&q.before, "before", "", "only before this day")
}

func newAuditList(c *console.Console) *cobra.Command {
	var asked auditing
	var top int
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "Show the newest lines of the audit log", Args: cobra.NoArgs,
		Example: "maecenas audit list --subject organizations/teatro\nMAECENAS_KEY=… maecenas audit list --server 127.0.0.1:9090 --top 100",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if top < 1 {
				return console.Usagef("--top %d: takes 1 or more", top)
			}
			listed := &maecenasv1.ListAuditEntriesResponse{}
			err := asked.each(cmd, c, func(entry *maecenasv1.AuditEntry) bool {
				listed.AuditEntries = append(listed.AuditEntries, entry)
				return len(listed.AuditEntries) < top
			})
			if err != nil {
				return err
			}
			if asJSON {
				return c.JSON(listed)
			}
			table := c.Table("")
			table.Row("time", "who", "for", "what", "object")
			for _, entry := range listed.GetAuditEntries() {
				table.Row(entry.GetEntryTime().AsTime().Format("2006-01-02 15:04:05"), known(entry.GetActorName(), entry.GetActor()),
					entry.GetActingFor(), entry.GetPermission(), known(entry.GetObjectName(), entry.GetObject()))
			}
			return table.End()
		},
	}
	asked.flags(c, cmd)
	asked.filters(cmd)
	cmd.Flags().IntVar(&top, "top", 50, "how many lines")
	cmd.Flags().BoolVar(&asJSON, "json", false, "show the API's JSON")
	return cmd
}

// known is a name, or a uid while there is none.
func known(name, uid string) string {
	if name == "" {
		return uid
	}
	return name
}

func newAuditExport(c *console.Console) *cobra.Command {
	var asked auditing
	var format string
	cmd := &cobra.Command{
		Use: "export", Short: "Write the audit log as JSON lines or CSV, newest first", Args: cobra.NoArgs,
		Example: "maecenas audit export > audit.jsonl\nmaecenas audit export --format csv --after 2026-01-01 > audit.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out := bufio.NewWriter(c.Out)
			write, flush, err := auditWriter(out, format)
			if err != nil {
				return err
			}
			var failed error
			err = asked.each(cmd, c, func(entry *maecenasv1.AuditEntry) bool {
				failed = write(entry)
				return failed == nil
			})
			return errors.Join(err, failed, flush(), out.Flush())
		},
	}
	asked.flags(c, cmd)
	asked.filters(cmd)
	cmd.Flags().StringVar(&format, "format", "jsonl", "jsonl or csv")
	return cmd
}

func auditWriter(out io.Writer, format string) (write func(*maecenasv1.AuditEntry) error, flush func() error, err error) {
	switch format {
	case "jsonl":
		return func(entry *maecenasv1.AuditEntry) error {
			text, err := protojson.Marshal(entry)
			if err != nil {
				return err
			}
			_, err = out.Write(append(text, '\n'))
			return err
		}, func() error { return nil }, nil
	case "csv":
		rows, err := sheet.NewWriter(out, sheet.WriteOptions{})
		if err != nil {
			return nil, nil, err
		}
		return func(entry *maecenasv1.AuditEntry) error { return rows.Write(audit.Rows(entry)...) }, rows.Flush, rows.Write(audit.Columns()...)
	default:
		return nil, nil, console.Usagef("--format %s: takes jsonl or csv", format)
	}
}

// each calls take with the entries asked for, newest first, until it answers false.
func (q *auditing) each(cmd *cobra.Command, c *console.Console, take func(*maecenasv1.AuditEntry) bool) error {
	if err := oneOf(cmd, &q.from); err != nil {
		return err
	}
	after, before, err := q.times()
	if err != nil {
		return err
	}
	if q.from.Address == "" {
		return q.ofFolder(cmd.Context(), audit.Query{Subject: q.subject, Actor: q.actor, After: after, Before: before, Limit: 1000}, take)
	}
	request := &maecenasv1.ListAuditEntriesRequest{PageSize: 1000, Subject: q.subject, Actor: q.actor}
	if !after.IsZero() {
		request.AfterTime = timestamppb.New(after)
	}
	if !before.IsZero() {
		request.BeforeTime = timestamppb.New(before)
	}
	return q.ofServer(cmd.Context(), c, request, take)
}

func (q *auditing) times() (after, before time.Time, err error) {
	for flag, day := range map[string]struct {
		text string
		into *time.Time
	}{"--after": {q.after, &after}, "--before": {q.before, &before}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = time.Parse(time.DateOnly, day.text); err != nil {
			return after, before, console.Usagef("%s %s: takes a day, YYYY-MM-DD", flag, day.text)
		}
	}
	return after, before, nil
}

func (q *auditing) ofFolder(ctx context.Context, query audit.Query, take func(*maecenasv1.AuditEntry) bool) error {
	a, end, err := q.folder.Open(ctx)
	if err != nil {
		return err
	}
	log := audit.New(a.Keeper())
	for {
		page, err := log.List(auth.WithAction(ctx, "auditEntries.list"), query)
		if err != nil {
			return errors.Join(err, end())
		}
		for _, entry := range page.Records {
			if !take(entry) {
				return end()
			}
		}
		if query.Cursor = page.Next; page.Next == nil {
			return end()
		}
	}
}

func (q *auditing) ofServer(ctx context.Context, c *console.Console, request *maecenasv1.ListAuditEntriesRequest, take func(*maecenasv1.AuditEntry) bool) error {
	conn, err := q.from.Connect(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	client := maecenasv1.NewAuditServiceClient(conn)
	for {
		page, err := client.ListAuditEntries(ctx, request)
		if err != nil {
			return err
		}
		for _, entry := range page.GetAuditEntries() {
			if !take(entry) {
				return nil
			}
		}
		if request.PageToken = page.GetNextPageToken(); request.GetPageToken() == "" {
			return nil
		}
	}
}

func newAuditVerify(c *console.Console) *cobra.Command {
	var asked auditing
	var asJSON bool
	cmd := &cobra.Command{
		Use: "verify", Short: "Work the hashes of the audit log out again", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf(cmd, &asked.from); err != nil {
				return err
			}
			state, err := asked.state(cmd.Context(), c)
			if err != nil {
				return err
			}
			if asJSON {
				if err := c.JSON(state); err != nil {
					return err
				}
			}
			if !state.GetIntact() {
				return fmt.Errorf("the audit log of %d lines was tampered with: from line %d on it does not hold", state.GetEntries(), state.GetBrokenSequence())
			}
			if !asJSON {
				fmt.Fprintf(c.Out, "%d lines, intact; the last has the hash %x\n", state.GetEntries(), state.GetHash())
			}
			return nil
		},
	}
	asked.flags(c, cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "show the API's JSON")
	return cmd
}

func (q *auditing) state(ctx context.Context, c *console.Console) (*maecenasv1.AuditLogState, error) {
	if q.from.Address == "" {
		a, end, err := q.folder.Open(ctx)
		if err != nil {
			return nil, err
		}
		state, err := audit.New(a.Keeper()).Verify(ctx)
		return state, errors.Join(err, end())
	}
	conn, err := q.from.Connect(c)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return maecenasv1.NewAuditServiceClient(conn).VerifyAuditLog(ctx, &maecenasv1.VerifyAuditLogRequest{})
}
