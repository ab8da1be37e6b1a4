package verify

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/render"
)

// Report shows the differences of several fixtures to a person or a program. [Report.Add]
// adds a fixture.
type Report struct {
	Lang lang.Lang

	files, wrong int // wrong counts the fixtures with a difference that is not minor
	rows         [][]string
	list         []any
	findings     []failure.Finding // the differences that are not minor
}

// where are the texts for [Difference].Where.
func where() map[string]lang.Text {
	return map[string]lang.Text{
		InRequest:  {EN: InRequest, ZH: "请求"},
		InResponse: {EN: InResponse, ZH: "响应"},
		InCallback: {EN: InCallback, ZH: "回调"},
	}
}

// Add adds the differences between the fixture in a file and the profile with this name.
func (r *Report) Add(f fixture.File, profile string, found []Difference) {
	wrong := false
	for _, d := range found {
		weight := lang.Text{EN: "differs", ZH: "不符"}
		if d.Minor {
			weight = lang.Text{EN: "note", ZH: "说明"}
		}
		wrong = wrong || !d.Minor
		if !d.Minor {
			r.findings = append(r.findings, failure.Finding{About: f.Name + ": " + d.Member, Problem: d.Text()})
		}
		text := d.Text().In(r.Lang)
		r.rows = append(r.rows, []string{f.Name, weight.In(r.Lang), where()[d.Where].In(r.Lang), d.Member, text})
		r.list = append(r.list, map[string]any{
			"file": f.Name, "profile": profile, "step": f.Step, "where": d.Where, "member": d.Member,
			"kind": string(d.Kind), "expected": d.Expected, "got": d.Got, "minor": d.Minor, "text": text,
		})
	}
	r.files++
	if wrong {
		r.wrong++
	}
}

// Result returns a table of the differences, or a sentence if nothing differs, and the fields
// for programs (docs/output.md).
func (r *Report) Result() render.Result {
	out := render.Result{Fields: render.Fields{
		{Name: "exchanges", Value: r.files}, {Name: "different", Value: r.wrong}, {Name: "differences", Value: append([]any{}, r.list...)},
	}}
	if len(r.rows) > 0 {
		out.Table = &render.Table{Rows: r.rows, Head: []lang.Text{
			{EN: "EXCHANGE", ZH: "录制"}, {}, {EN: "WHERE", ZH: "位置"}, {EN: "MEMBER", ZH: "字段"}, {EN: "WHAT", ZH: "差异"},
		}}
		return out
	}
	out.Text = lang.Sprintf(lang.Text{EN: "%s, nothing differs", ZH: "%s请求，没有差异"}, lang.Amount(r.files, "exchange", "个")).In(r.Lang)
	return out
}

// Err returns a [*failure.CheckError] with the differences if a fixture has a difference that is not minor.
func (r *Report) Err() error {
	if r.wrong == 0 {
		return nil
	}
	err := failure.Checkf(lang.Text{EN: "differ from the profile: %d of %s", ZH: "%[2]s请求中有 %[1]d 个与接入配置不符"},
		r.wrong, lang.Amount(r.files, "exchange", "个"))
	err.Findings = r.findings
	return err
}
