package cmd_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDocsInChinese compares each page in Chinese with the English one: the commands and files to
// paste have to be the same, in the same order. What commands print is in the language of the page.
func TestDocsInChinese(t *testing.T) {
	pages := map[string]page{}
	for _, p := range readPages(t) {
		pages[p.path] = p
	}
	compared := 0
	for path, p := range pages {
		english, ok := strings.CutSuffix(path, ".zh-CN.md")
		if !ok || strings.Contains(path, "README") {
			continue
		}
		compared++
		if diff := cmp.Diff(pasted(pages[english+".md"]), pasted(p)); diff != "" {
			t.Errorf("%s (-English +Chinese):\n%s", path, diff)
		}
	}
	if compared < 3 {
		t.Errorf("compared %d pages, want at least 3", compared)
	}
}

// pasted returns what a reader pastes from a page: its blocks, without what commands print.
func pasted(p page) []string {
	var out []string
	for _, b := range p.blocks {
		for line := range strings.Lines(b.text) {
			if b.language != "console" || strings.HasPrefix(line, "$ ") {
				out = append(out, line)
			}
		}
	}
	return out
}
