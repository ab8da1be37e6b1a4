package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
)

// Refused describes the requests that were refused or that no step recognised: a line for each,
// equal ones once, the most informative last. requests is the number of all requests.
func (e *Emulator) Refused() (text lang.Text, requests int) {
	entries, _ := e.ledger.After(0)
	if len(entries) == 0 {
		return lang.Text{EN: "the emulator received no request", ZH: "模拟器没有收到请求"}, 0
	}
	refused := slices.DeleteFunc(slices.Clone(entries), func(n *ledger.Entry) bool { return !n.Failed() })
	of := lang.Amount(len(entries), "request", "个请求")
	if len(refused) == 0 {
		return lang.Sprintf(lang.Text{EN: "the emulator received %s and refused none", ZH: "模拟器收到 %s，没有拒绝任何一个"}, of), len(entries)
	}
	// The causes that are least likely come first.
	slices.SortStableFunc(refused, func(a, b *ledger.Entry) int { return cmp.Compare(telling(a), telling(b)) })
	return lang.Sprintf(lang.Text{
		EN: "the emulator refused %[1]d of %[2]s:\n%[3]s",
		ZH: "模拟器收到 %[2]s，拒绝了 %[1]d 个：\n%[3]s",
	}, len(refused), of, e.lines(refused)), len(entries)
}

// telling ranks a refused request by how much it says about a fault of the client. One that no
// step has, such as favicon.ico, and one that --fault refused say less.
func telling(n *ledger.Entry) int {
	switch {
	case n.Fault != "":
		return 0
	case n.Step == "":
		return 1
	}
	return 2
}

// lines describes requests, one per line: of equal ones the last, and at most the last 10.
func (e *Emulator) lines(entries []*ledger.Entry) string {
	const most = 10
	var (
		out   []string
		times = map[string]int{}
	)
	for _, n := range slices.Backward(entries) {
		line := n.Line(e.opts.Lang)
		if times[line]++; times[line] == 1 {
			out = append(out, line)
		}
	}
	left := max(0, len(out)-most)
	out = out[:len(out)-left]
	slices.Reverse(out)
	for i, line := range out {
		if n := times[line]; n > 1 {
			line += fmt.Sprintf(" (×%d)", n)
		}
		out[i] = "  " + line
	}
	if left > 0 {
		out = slices.Insert(out, 0, "  … "+lang.Sprintf(lang.Text{EN: "(%d more)", ZH: "（另有 %d 种）"}, left).In(e.opts.Lang))
	}
	return strings.Join(out, "\n")
}
