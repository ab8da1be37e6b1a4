package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
)

// Refused describes the requests that were refused or that no step recognised, one per line,
// the most informative last. Equal lines are shown once. requests is the number of all
// requests.
func (e *Emulator) Refused() (text lang.Text, requests int) {
	entries, _ := e.ledger.After(0)
	if len(entries) == 0 {
		return lang.Text{EN: "the emulator received no request", ZH: "模拟器没有收到请求"}, 0
	}
	refused := slices.DeleteFunc(slices.Clone(entries), func(n *ledger.Entry) bool { return !n.Failed() })
	total := lang.Amount(len(entries), "request", "个请求")
	if len(refused) == 0 {
		return lang.Sprintf(lang.Text{EN: "the emulator received %s and refused none", ZH: "模拟器收到 %s，没有拒绝任何一个"}, total), len(entries)
	}
	// The least likely causes come first.
	slices.SortStableFunc(refused, func(a, b *ledger.Entry) int { return cmp.Compare(informative(a), informative(b)) })
	return lang.Sprintf(lang.Text{
		EN: "the emulator refused %[1]d of %[2]s:\n%[3]s",
		ZH: "模拟器收到 %[2]s，拒绝了 %[1]d 个：\n%[3]s",
	}, len(refused), total, e.lines(refused)), len(entries)
}

// informative ranks a refused request by how much it says about a mistake of the client. A
// request that --fault refused says least, and one to no step, such as favicon.ico, little.
func informative(n *ledger.Entry) int {
	switch {
	case n.Fault != "":
		return 0
	case n.Step == "":
		return 1
	}
	return 2
}

// lines describes requests, one per line, at most the last 10. Of equal lines it keeps the
// last.
func (e *Emulator) lines(entries []*ledger.Entry) string {
	const maxLines = 10
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
	left := max(0, len(out)-maxLines)
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
