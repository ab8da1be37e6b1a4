package emulator

import (
	"fmt"
	"strings"
)

// DiagnosisHeader is the header of a vendor's answer that says what was wrong
// with the request, as Event.Diagnosis: in printable ASCII, everything else and
// the percent sign percent-encoded as UTF-8, and cut at 1 KiB.
const DiagnosisHeader = "X-Ssoctl-Diagnosis"

const longestHeader = 1 << 10 // of its value, in bytes

// headerText writes a diagnosis as a header's value.
func headerText(text string) string {
	const more = "..."
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		piece := string(r)
		if r < ' ' || r > '~' || r == '%' {
			escaped := ""
			for _, c := range []byte(piece) {
				escaped += fmt.Sprintf("%%%02X", c)
			}
			piece = escaped
		}
		if b.Len()+len(piece) > longestHeader-len(more) {
			return b.String() + more
		}
		b.WriteString(piece)
	}
	return strings.TrimSpace(b.String())
}
