package boltstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// opKind is what a process did to the file system.
type opKind int

const (
	opWrite opKind = iota // data at an offset of a file
	opTruncate
	opSync // of a file or a folder
	opName // gives a file or folder a name
	opUnname
	opRename // at once what opUnname and opName are
	opAck    // the process said that a commit is done
)

// op is one of those. Files and folders have numbers, as inodes do.
type op struct {
	kind   opKind
	inode  int
	offset int64 // opWrite: where; opTruncate: the size; opAck: the revision
	data   []byte
	path   string // opName, opUnname, opRename
	from   string // opRename
	folder bool   // opName: of a folder
}

// System calls of Linux on amd64 (asm/unistd_64.h).
const (
	sysWrite, sysClose, sysPwrite, sysFsync, sysFdatasync, sysFtruncate = 1, 3, 18, 74, 75, 77
	sysOpenat, sysMkdirat, sysUnlinkat, sysRenameat, sysLinkat          = 257, 258, 263, 264, 265

	waitAll      = 0x40000000 // __WALL: threads too
	waitOwn      = 0x20000000 // __WNOTHREAD: no other thread's children
	traceSysGood = 1          // PTRACE_O_TRACESYSGOOD: stops at calls show as SIGTRAP|0x80
	traceClone   = 8          // PTRACE_O_TRACECLONE: threads are traced from their start
	traceExit    = 1 << 20    // PTRACE_O_EXITKILL
)

// tracer records what a process does below a folder.
type tracer struct {
	root string
	mem  *os.File
	ops  []op
	// names has the inodes by path, as the process sees them; fds those it has open.
	names map[string]int
	fds   map[int]int
	// calls has, by thread, the call it is in.
	calls map[int]*syscall.PtraceRegs
}

// record runs a command below ptrace (ptrace(2)) and returns what it did below a
// folder, which exists. Its standard output tells, in lines "ack 7", of
// revisions that are committed.
func record(t *testing.T, cmd *exec.Cmd, root string) []op {
	t.Helper()
	// All requests must come from the thread that began.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Skipf("this machine does not let a process be traced: %v", err)
	}
	pid := cmd.Process.Pid
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mem.Close() }()
	tr := &tracer{root: root, mem: mem, names: map[string]int{root: 0}, fds: map[int]int{}, calls: map[int]*syscall.PtraceRegs{}}
	if err := tr.run(pid); err != nil {
		t.Fatalf("trace: %v\n%s", err, stderr.String())
	}
	return tr.ops
}

// run follows the process to its end.
func (tr *tracer) run(pid int) error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, waitAll, nil); err != nil {
		return err
	}
	if err := syscall.PtraceSetOptions(pid, traceSysGood|traceClone|traceExit); err != nil {
		return err
	}
	for tid := pid; ; {
		signal := 0
		switch {
		case status.Exited() || status.Signaled():
			if tid == pid {
				if status.ExitStatus() != 0 {
					return fmt.Errorf("the process ended with status %d", status.ExitStatus())
				}
				return nil
			}
			signal = -1
		case status.StopSignal() == syscall.SIGTRAP|0x80:
			if err := tr.stop(tid); err != nil {
				return err
			}
		case status.StopSignal() != syscall.SIGTRAP && status.StopSignal() != syscall.SIGSTOP:
			signal = int(status.StopSignal())
		}
		if signal >= 0 {
			if err := syscall.PtraceSyscall(tid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
		var err error
		for tid, err = syscall.Wait4(-1, &status, waitAll|waitOwn, nil); errors.Is(err, syscall.EINTR); {
			tid, err = syscall.Wait4(-1, &status, waitAll|waitOwn, nil)
		}
		if err != nil {
			return err
		}
	}
}

// stop is called when a thread enters a system call, and when it leaves it.
func (tr *tracer) stop(tid int) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &regs); err != nil {
		if errors.Is(err, syscall.ESRCH) {
			return nil
		}
		return err
	}
	if tr.calls[tid] == nil {
		tr.calls[tid] = &regs
		return nil
	}
	delete(tr.calls, tid)
	if int64(regs.Rax) < 0 {
		return nil
	}
	return tr.call(&regs)
}

// call records a call that succeeded.
func (tr *tracer) call(regs *syscall.PtraceRegs) error {
	fd := int(regs.Rdi)
	inode, open := tr.fds[fd]
	switch regs.Orig_rax {
	case sysWrite:
		data, err := tr.bytes(regs.Rsi, regs.Rax)
		if err != nil {
			return err
		}
		if ack, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "ack "); ok && fd == 1 {
			revision, err := strconv.ParseInt(ack, 10, 64)
			tr.ops = append(tr.ops, op{kind: opAck, offset: revision})
			return err
		}
		if open {
			return errors.New("a write without an offset is not followed here")
		}
	case sysPwrite:
		data, err := tr.bytes(regs.Rsi, regs.Rax)
		if open {
			tr.ops = append(tr.ops, op{kind: opWrite, inode: inode, offset: int64(regs.R10), data: data})
		}
		return err
	case sysFsync, sysFdatasync:
		if open {
			tr.ops = append(tr.ops, op{kind: opSync, inode: inode})
		}
	case sysFtruncate:
		if open {
			tr.ops = append(tr.ops, op{kind: opTruncate, inode: inode, offset: int64(regs.Rsi)})
		}
	case sysClose:
		delete(tr.fds, fd)
	default:
		return tr.naming(regs)
	}
	return nil
}

// naming records a call that is about names.
func (tr *tracer) naming(regs *syscall.PtraceRegs) error {
	if !slices.Contains([]uint64{sysOpenat, sysMkdirat, sysUnlinkat, sysRenameat, sysLinkat}, regs.Orig_rax) {
		return nil
	}
	path, err := tr.text(regs.Rsi)
	if err != nil || path != tr.root && !strings.HasPrefix(path, tr.root+"/") {
		return err
	}
	inode, named := tr.names[path]
	switch regs.Orig_rax {
	case sysOpenat:
		if !named {
			inode = tr.name(path, len(tr.ops)+1, false)
		}
		tr.fds[int(regs.Rax)] = inode
	case sysMkdirat:
		tr.name(path, len(tr.ops)+1, true)
	case sysUnlinkat:
		delete(tr.names, path)
		tr.ops = append(tr.ops, op{kind: opUnname, inode: inode, path: path})
	case sysLinkat:
		other, err := tr.text(regs.R10)
		tr.name(other, inode, false)
		return err
	case sysRenameat:
		to, err := tr.text(regs.R10)
		if filepath.Dir(path) != filepath.Dir(to) {
			return errors.Join(err, errors.New("a rename between folders is not followed here"))
		}
		delete(tr.names, path)
		tr.names[to] = inode
		tr.ops = append(tr.ops, op{kind: opRename, inode: inode, path: to, from: path})
		return err
	}
	return nil
}

// name records a new name. Numbers of new inodes are those of the operation that
// made them, from 1.
func (tr *tracer) name(path string, inode int, folder bool) int {
	tr.names[path] = inode
	tr.ops = append(tr.ops, op{kind: opName, inode: inode, path: path, folder: folder})
	return inode
}

// bytes reads from the process's memory.
func (tr *tracer) bytes(at, n uint64) ([]byte, error) {
	data := make([]byte, n)
	_, err := tr.mem.ReadAt(data, int64(at))
	return data, err
}

// text reads a path.
func (tr *tracer) text(at uint64) (string, error) {
	var path []byte
	for {
		c, err := tr.bytes(at+uint64(len(path)), 1)
		if err != nil || c[0] == 0 {
			return filepath.Clean(string(path)), err
		}
		path = append(path, c[0])
	}
}
