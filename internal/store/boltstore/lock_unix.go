//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package boltstore

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/maecenas-cci/maecenas/internal/store"
)

// lockRetry is how often a lock is asked for while another process holds it.
const lockRetry = 20 * time.Millisecond

// lock locks the file as bbolt does, which then finds the lock its own: before
// it, so that the headers are looked at while nobody writes them. ErrLocked:
// another process holds the file after the time that the options allow.
func lock(f *os.File, opts Options) error {
	how := syscall.LOCK_EX
	if opts.ReadOnly {
		how = syscall.LOCK_SH
	}
	for end := time.Now().Add(opts.LockTimeout); ; time.Sleep(lockRetry) {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EINTR):
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return fmt.Errorf("lock the file: %w", err)
		case !time.Now().Before(end):
			return &store.LockedError{Path: opts.Path, PID: lockHolder(f)}
		}
	}
}

// lockHolder returns the process that holds a lock on the file, by /proc/locks
// (proc_locks(5)), and 0 where that does not tell.
func lockHolder(f *os.File) int {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	locks, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer func() { _ = locks.Close() }()
	inode := ":" + strconv.FormatUint(stat.Ino, 10)
	for lines := bufio.NewScanner(locks); lines.Scan(); {
		// 1: FLOCK ADVISORY WRITE 4711 08:02:1234 0 EOF. The device, in front of the
		// inode, is not compared: some file systems show another than stat does.
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 || fields[1] != "FLOCK" || !strings.HasSuffix(fields[5], inode) {
			continue
		}
		if pid, err := strconv.Atoi(fields[4]); err == nil && pid > 0 {
			return pid
		}
	}
	return 0
}
