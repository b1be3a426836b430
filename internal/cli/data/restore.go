package data

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/maecenas-cci/maecenas/internal/backup"
	"github.com/maecenas-cci/maecenas/internal/cli/console"
	"github.com/maecenas-cci/maecenas/internal/erase"
	"github.com/maecenas-cci/maecenas/internal/integrity"
	"github.com/maecenas-cci/maecenas/internal/server"
	"github.com/maecenas-cci/maecenas/internal/store"
)

// NewRestore makes the command restore.
func NewRestore(c *console.Console) *cobra.Command {
	var dir string
	var ledgers []string
	var noLedger, asJSON bool
	cmd := &cobra.Command{
		Use:   "restore FILE --data-dir NEW",
		Short: "Make a new data folder of a backup",
		Long: "Verifies a backup, its digest, its schema, every record and the audit log, and makes a data folder of it " +
			"that does not exist or is empty; whatever is wrong, there is no such folder. An interrupted run leaves a " +
			"folder .NEW.restore-… beside it, which can be removed.\n\n" +
			"What was erased since the backup was made is erased again. Of that tells the file named erased, the ledger, in the " +
			"data folder that the backup was made of and in every folder restored since: name them all with --ledger, " +
			"the newest copies there are. Where nothing was ever erased there is none: say so with --no-ledger.",
		Example: "maecenas restore monday.maecenas --data-dir ./restored --ledger ./maecenas-data/erased",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			erased, err := readLedgers(ledgers, noLedger)
			if err != nil {
				return err
			}
			restored, err := backup.Restore(cmd.Context(), backup.RestoreOptions{
				File: args[0], DataDir: dir, Erased: erased,
				StoreName: filepath.Base(server.DataFile(dir)), LedgerName: filepath.Base(server.LedgerFile(dir)),
				Open:  func(ctx context.Context, dir string) (store.Store, error) { return server.OpenFolder(dir)(ctx) },
				Check: checkRecords,
			})
			if err != nil {
				return explainRestore(c, err)
			}
			return showRestored(c, dir, restored, asJSON)
		},
	}
	cmd.Flags().StringVar(&dir, "data-dir", "", "the folder that is made")
	_ = cmd.MarkFlagRequired("data-dir") // It fails only for a flag that is not there.
	cmd.Flags().StringArrayVar(&ledgers, "ledger", nil, "file that tells what was erased; can be given several times")
	cmd.Flags().BoolVar(&noLedger, "no-ledger", false, "nothing was ever erased")
	cmd.Flags().BoolVar(&asJSON, "json", false, "tell what was done in JSON")
	return cmd
}

// readLedgers reads all that tells of erased subjects.
func readLedgers(paths []string, none bool) ([]erase.Entry, error) {
	switch {
	case none && len(paths) > 0:
		return nil, console.Usagef("--ledger and --no-ledger: take one of them")
	case !none && len(paths) == 0:
		return nil, console.Usagef("a backup brings back what was erased since it was made, unless it is erased again: name with --ledger " +
			"the file called erased in the data folder that the backup is of (and in each restored since). If there is none, " +
			"nothing was ever erased: say so with --no-ledger")
	}
	var erased []erase.Entry
	for _, path := range paths {
		entries, err := erase.NewLedger(path).Load()
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 {
			return nil, fmt.Errorf("--ledger %s: there is no such file, or it is empty: if nothing was ever erased, say so with --no-ledger", path)
		}
		erased = append(erased, entries...)
	}
	return erased, nil
}

// checkRecords returns what is wrong with records and the audit log. That one
// names another that is gone is no reason not to have either.
func checkRecords(ctx context.Context, s store.Store) ([]string, error) {
	found := problems{}
	if err := found.records(ctx, s); err != nil || len(found.list) > 0 {
		return found.list, err
	}
	err := s.View(ctx, func(r store.Reader) error {
		return integrity.Log(ctx, r, func(p integrity.Problem) { found.add(p.String()) })
	})
	return found.list, err
}

// explainRestore says what can be done about an error.
func explainRestore(c *console.Console, err error) error {
	var unsound *backup.UnsoundError
	switch {
	case errors.As(err, &unsound):
		for _, problem := range unsound.Problems[:min(mostProblems, len(unsound.Problems))] {
			fmt.Fprintln(c.Out, problem)
		}
		return fmt.Errorf("%w: take an older backup", err)
	case errors.Is(err, backup.ErrDamaged), errors.Is(err, backup.ErrNotBackup):
		return fmt.Errorf("%w: take another copy, or an older backup", err)
	case errors.Is(err, backup.ErrFolderInUse):
		return fmt.Errorf("%w: name a folder that is not there, and let the server have it once it is made", err)
	}
	return err
}

func showRestored(c *console.Console, dir string, restored backup.Restored, asJSON bool) error {
	removed := 0
	for _, one := range restored.Erased {
		removed += one.Removed
	}
	if asJSON {
		return c.JSON(map[string]any{
			"dataDir": dir, "digest": fmt.Sprintf("%x", restored.Summary.GetDigest()), "revision": restored.Summary.GetRevision(),
			"erasedSubjects": len(restored.Erased), "erasedRecords": removed,
		})
	}
	fmt.Fprintf(c.Out, "%s: revision %d, as of %s\n", dir, restored.Summary.GetRevision(),
		restored.Summary.GetCreateTime().AsTime().Format("2006-01-02 15:04 MST"))
	if len(restored.Erased) > 0 {
		fmt.Fprintf(c.Out, "erased again: %d subjects with %d records\n", len(restored.Erased), removed)
	}
	fmt.Fprintf(c.Out, "serve it with: maecenas serve --data-dir %s\n", dir)
	return nil
}
