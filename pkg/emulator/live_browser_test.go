package emulator_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
)

func TestTheLivePage(t *testing.T) {
	t.Parallel()
	w := start(t, builtins(t)...)
	reads := slices.IndexFunc(w.profiles, func(p *profile.Profile) bool { return teller(p).JSON != nil })
	first, second := w.party(t, w.profiles[reads]), w.party(t, w.profiles[len(w.profiles)-1])
	first.run(teller(first.p)) // before the page is opened
	b := browsertest.Start(t)
	b.Speak("en")
	b.Open(w.address + "/_/")
	b.Until(`document.getElementById('connection').textContent === 'Live'`)
	before := b.JS(`document.getElementById('list').children.length`)
	b.Until(`document.querySelector('#list .tag').textContent === 'userinfo'`)

	// New requests appear at the top, and values from requests are shown as text.
	second.run(teller(second.p))
	const evil = `<img src=x onerror="document.title='taken'">`
	s := teller(first.p)
	wrong := first.build(s)
	const header = `<script>document.title='taken'</script>`
	wrong.set(t, "headers.X-Request-Id", header)
	for key := range members(s) {
		if group, _, _ := strings.Cut(key, "."); group == "json" || group == "form" || group == "query" && s.Method == "GET" {
			wrong.set(t, key, evil)
		}
	}
	first.send(s, wrong)
	b.Until(`document.querySelector('#list > li').classList.contains('bad')`)
	if now := b.JS(`document.getElementById('list').children.length`); now == before {
		t.Error("no row was added")
	}
	top := b.JS(`document.querySelector('#list > li summary').innerText`)
	contains(t, top, "refused: ", string(s.Name), w.last().Diagnosis)
	b.Readable("live")
	b.Clean("live")
	b.Look("live")

	// A row opens with the keyboard.
	b.JS(`(document.querySelector('#clear').focus(), '')`)
	b.Keys("\t", "\r")
	b.Until(`document.querySelector('#list > li details').open && document.querySelector('#list > li .inside').firstChild`)
	inside := b.JS(`document.querySelector('#list > li .inside').innerText`)
	contains(t, inside, "Diagnosis", "Request", "X-Request-Id: "+header, "Response", "Content-Type: ")
	if b.JS(`document.title + document.querySelectorAll('main img').length`) != b.JS(`document.title + '0'`) || b.JS(`document.title`) == "taken" {
		t.Error("a request's text became part of the page")
	}
	b.Readable("live, open")
	b.Look("live-open")

	// Filters: one profile, and requests with a diagnosis.
	b.JS(`(() => { const s = document.getElementById('profile'); s.value = '` + second.p.Name + `'; s.dispatchEvent(new Event('change')); return '' })()`)
	if left := b.JS(`[...document.querySelectorAll('#list > li:not([hidden])')].every(l => l.record.profile === '` + second.p.Name + `')`); left != "true" {
		t.Error("other profiles are still shown")
	}
	b.Do(chromedp.Click(chromedp.CSS("#wrong")))
	b.Until(`document.getElementById('count').textContent === '0 requests' && document.getElementById('empty').checkVisibility()`)

	// The profiles and the sources of their steps.
	served := b.JS(`document.getElementById('profiles').textContent`)
	for _, p := range w.profiles {
		contains(t, served, p.Name, w.address+"/"+p.Name)
	}
	contains(t, served, "documented", "guessed in part")
	b.JS(`(document.querySelectorAll('.profile')[document.querySelectorAll('.profile').length - 1].open = true, window.scrollTo(0, 9999), '')`)
	b.Readable("live, served")
	b.Look("live-served")

	b.Do(chromedp.Click(chromedp.CSS("#clear")))
	b.Until(`document.getElementById('list').children.length === 0`)
	if left := w.Requests(emulator.Filter{}); len(left) != 0 {
		t.Errorf("%d requests are left", len(left))
	}

	// On a phone, in Chinese.
	b.Speak("zh-CN")
	b.Do(chromedp.EmulateViewport(390, 740))
	b.Open(w.address + "/_/")
	b.Until(`document.getElementById('connection').textContent === '实时'`)
	second.run(teller(second.p))
	first.send(s, first.build(s))
	b.Until(`document.querySelector('#list > li').classList.contains('bad')`)
	contains(t, b.JS("document.documentElement.lang+document.body.textContent"), "zh-CN", "请求记录", "接入配置", "有文档")
	b.Clean("live, narrow")
	b.Readable("live, narrow")
	b.Look("live-zh-phone")
}
