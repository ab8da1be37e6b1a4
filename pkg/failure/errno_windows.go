package failure

import "golang.org/x/sys/windows"

const (
	connectionRefused   = windows.WSAECONNREFUSED
	addressNotAvailable = windows.WSAEADDRNOTAVAIL
	addressInUse        = windows.WSAEADDRINUSE
)

// systemTexts are the Chinese texts of errors that only Windows has.
var systemTexts = map[error]string{
	windows.ERROR_DISK_FULL: "磁盘已满", windows.ERROR_WRITE_PROTECT: "磁盘是只读的", windows.ERROR_SHARING_VIOLATION: "文件正被其他程序使用",
}
