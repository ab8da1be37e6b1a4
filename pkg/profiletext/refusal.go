package profiletext

import (
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/terminal"
)

// refusals shows the vendor's codes with their kinds and meanings. A question mark marks a
// guess.
func (w *writer) refusals() {
	labels, guesses, guessed := w.refusalLabels()
	w.section(w.in(lang.Sprintf(lang.Text{EN: "known refusals: %d, unverified: %d", ZH: "已知错误码 %d 个，其中 %d 个为推测"}, len(labels), guessed)))
	var from []string // the origin of each refusal
	for _, m := range w.under("refusals") {
		if m.Path[2] == "code" {
			from = append(from, origin(m))
		}
	}
	const widest = 30 // columns that leave room for a meaning beside them
	width := terminal.Widest(labels...)
	for i, refusal := range w.p.Refusals {
		meaning := w.in(refusal.Text()) + from[i]
		if refusal.Message != "" {
			meaning = printable.Text(refusal.Message) + w.in(lang.Text{EN: ": ", ZH: "："}) + meaning
		}
		if width <= widest {
			w.entry(width, labels[i], meaning)
			continue
		}
		w.Line(2, labels[i])
		w.Line(6, meaning)
	}
	for _, guess := range guesses {
		w.Line(2, "? "+guess)
	}
}

// refusalLabels returns code and kind of each refusal, the distinct guesses, and how many
// refusals are guesses.
func (w *writer) refusalLabels() (labels, guesses []string, guessed int) {
	var codes []string
	for _, refusal := range w.p.Refusals {
		codes = append(codes, refusal.CodeText())
	}
	width := terminal.Widest(codes...)
	for i, refusal := range w.p.Refusals {
		label := terminal.Pad(printable.Text(codes[i]), width) + "  " + string(refusal.Kind)
		if guess := w.guess(refusal.GuessText()); guess != "" {
			guessed++
			label += " ?"
			if !slices.Contains(guesses, guess) {
				guesses = append(guesses, guess)
			}
		}
		labels = append(labels, label)
	}
	return labels, guesses, guessed
}
