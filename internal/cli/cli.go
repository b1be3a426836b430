// Package cli is the command line. [Run] is the whole program: it takes what a
// process is given and returns its exit status.
//
// Each command is a file with a constructor, which cli.go lists. It gets the
// [console.Console] it was called from, answers on Out, tells on Err, and
// returns an error that says what is wrong, where, and what to do; a
// [console.Usage] where it was called in a wrong way.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/maecenas-cci/maecenas/internal/auth"
	"github.com/maecenas-cci/maecenas/internal/buildinfo"
	"github.com/maecenas-cci/maecenas/internal/cli/access"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/cli/data"
	"github.com/maecenas-cci/maecenas/internal/fault"
)

// commands makes every command, in the order of help.
var commands = []func(*console.Console) *cobra.Command{
	newDemo,
	newServe,
	data.NewImport,
	data.NewExport,
	data.NewTemplate,
	newAssess,
	newMatch,
	newReport,
	newEvaluate,
	access.NewAccount,
	access.NewKey,
	data.NewBackup,
	data.NewRestore,
	data.NewCheck,
	data.NewErase,
	data.NewAudit,
	newConfig,
	newVersion,
}

// Run runs the program and returns its exit status: 0 done, 1 failed, 2 wrong
// use. It ends when the context does, in order.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	c := &console.Console{In: stdin, Out: stdout, Err: stderr, Env: env}
	root := newRoot(c)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	info := buildinfo.Get()
	// Whoever can read a data folder can read everything in it.
	err := fang.Execute(auth.WithPrincipal(ctx, auth.Local()), root,
		fang.WithVersion(info.Version), fang.WithCommit(info.Commit),
		fang.WithoutManpage(), // it would write to the process's own output
		fang.WithErrorHandler(func(_ io.Writer, _ fang.Styles, err error) { tell(c, err) }),
	)
	return console.Status(err)
}

func newRoot(c *console.Console) *cobra.Command {
	root := &cobra.Command{
		Use:   "maecenas",
		Short: "Match creative organizations with those who fund them",
		Long: "Maecenas assesses the business models of cultural and creative organizations in the open " +
			"and matches their funding needs with the mandates of investors and public funders.",
		Example: "maecenas demo\nmaecenas serve --data-dir ./maecenas-data",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	for _, construct := range commands {
		root.AddCommand(construct(c))
	}
	markUsage(root)
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	root.SuggestionsMinimumDistance = 2
	hint := "maecenas --help lists all"
	if similar := root.SuggestionsFor(name); len(similar) > 0 {
		hint = "did you mean " + strings.Join(similar, ", ") + "?"
	}
	return console.Usagef("there is no command %q: %s", name, hint)
}

// markUsage makes the errors of flags and arguments wrong use, with a pointer to
// the help of the command.
func markUsage(cmd *cobra.Command) {
	wrap := func(cmd *cobra.Command, err error) error {
		return console.Usagef("%v: see %s --help", err, cmd.CommandPath())
	}
	cmd.SetFlagErrorFunc(wrap)
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return console.Usagef("it is called as %s: see %s --help", cmd.UseLine(), cmd.CommandPath())
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		markUsage(sub)
	}
}

// tell tells an error. One of several lines is told as a list.
func tell(c *console.Console, err error) {
	head := "error:"
	if c.Color(c.Err) {
		head = "\x1b[1;31merror:\x1b[0m"
	}
	lines := strings.Split(strings.TrimRight(err.Error(), "\n"), "\n")
	if len(lines) == 1 {
		fmt.Fprintln(c.Err, head, console.Plain(lines[0]))
		return
	}
	fmt.Fprintln(c.Err, head)
	for _, line := range lines {
		fmt.Fprintln(c.Err, "  "+console.Plain(line))
	}
}

// explain tells an error of the use cases with every field that is wrong.
func explain(err error) error {
	var own *fault.Error
	if !errors.As(err, &own) || len(own.Violations) < 2 {
		return err
	}
	lines := make([]string, len(own.Violations))
	for i, violation := range own.Violations {
		lines[i] = violation.Field + ": " + violation.Description
	}
	return errors.New(strings.Join(lines, "\n"))
}

// remote tells an error of a server in its words, without those of the library.
func remote(err error) error {
	st, ok := status.FromError(err)
	if !ok || err == nil {
		return err
	}
	if st.Code() == codes.Unavailable {
		_, reason, _ := strings.Cut(st.Message(), "Error while dialing: ")
		return errors.New(strings.TrimRight("the server does not answer: "+strings.Trim(reason, `"`), ": "))
	}
	lines := []string{st.Message()}
	for _, detail := range st.Details() {
		bad, ok := detail.(*errdetails.BadRequest)
		if !ok || len(bad.GetFieldViolations()) < 2 {
			continue
		}
		lines = lines[:0]
		for _, violation := range bad.GetFieldViolations() {
			lines = append(lines, violation.GetField()+": "+violation.GetDescription())
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// plain is an error of protojson without its prefix, which varies between builds.
func plain(err error) string {
	text := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	return strings.TrimPrefix(text, "proto: ")
}
