package terminal

import "golang.org/x/sys/windows"

// escapes makes the console obey escape sequences, which it prints unless a program asks for
// them. It reports whether the console does: one of before Windows 10 cannot.
func escapes(fd uintptr) bool {
	const wanted = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	var mode uint32
	console := windows.Handle(fd)
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return mode&wanted == wanted || windows.SetConsoleMode(console, mode|wanted) == nil
}
