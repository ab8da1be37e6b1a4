package ledger

import (
	"fmt"
	"io"

	"ssoctl/pkg/printable"
)

// WriteJSON writes entries as a JSON object, with the number of entries that were dropped.
func WriteJSON(w io.Writer, entries []*Entry, dropped int64) {
	stream(w, `{"requests":[`, entries, func(n *Entry) any { return n.Record() }, fmt.Sprintf("],\"dropped\":%d}\n", dropped))
}

// stream writes entries as a JSON list one by one, to save memory.
func stream(w io.Writer, before string, entries []*Entry, each func(*Entry) any, after string) {
	_, err := io.WriteString(w, before)
	for i, n := range entries {
		if err != nil {
			return // the client disconnected
		}
		if i > 0 {
			before = ","
		} else {
			before = ""
		}
		_, err = w.Write(append([]byte(before+"\n"), printable.MustMarshalJSON(each(n))...))
	}
	_, _ = io.WriteString(w, after)
}
