package child

import "syscall"

// endWithThread has the kernel kill the process when the thread that starts it ends, and so
// when this process does, however that happens.
func endWithThread(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
