package client

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"ssoctl/pkg/body"
	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
)

// Documents keeps the provider's metadata and keys between runs. The zero Documents keeps
// nothing.
type Documents struct {
	httpcache.Store
	// Scope identifies what a document depends on besides its address, as in [Cache].
	Scope string
	// Used is called if a kept document is used without a request. It may be nil.
	Used func(profile.StepName, httpcache.Document)
}

// document is a public document of the provider.
type document struct {
	Response
	kept bool   // it is used without asking the server
	keep func() // keeps it, if the server allows it; the caller has found that it is in order
}

// document returns the document at an address: the kept one if it is fresh, or what the server
// sends. again asks the server in any case.
func (v *provider) document(ctx context.Context, step profile.StepName, at string, again bool) (document, error) {
	c := v.c
	store := c.deps.Documents
	if !isHTTPS(at) {
		store = Documents{}
	}
	found, ok := store.Find(store.Scope, at, c.deps.Now())
	if ok && !again && found.Fresh(c.deps.Now()) {
		if store.Used != nil {
			store.Used(step, found)
		}
		return document{Response: restored(step, found), kept: true, keep: func() {}}, nil
	}
	header := http.Header{}
	switch {
	case again:
		header.Set("Cache-Control", "no-cache") // for caches in between
	case ok:
		header = found.Condition()
	}
	r, err := c.fetch(ctx, step, at, header)
	if err != nil {
		return document{}, err
	}
	kept, usable := httpcache.New(at, r.head.Header, r.body, c.deps.Now())
	if r.head.StatusCode == http.StatusNotModified && ok && !again {
		kept, usable = found.Confirmed(r.head.Header, c.deps.Now())
		r = restored(step, found)
	} else if ok {
		store.Remove(store.Scope, at) // the server has another one now
	}
	kept.Profile = c.profile.Name
	return document{Response: r, keep: func() {
		if usable {
			_ = store.Save(store.Scope, kept, c.deps.Now()) // without it, the next run asks again
		}
	}}, nil
}

// isHTTPS reports whether the server at an address proves who it is. A document from any other is
// not kept: on this machine, too, another program may have had the port when it was sent.
func isHTTPS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https"
}

// restored returns a kept document as the response that it was.
func restored(step profile.StepName, d httpcache.Document) Response {
	head := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {d.Type}}}
	if u, err := url.Parse(d.Address); err == nil {
		head.Request = &http.Request{Method: http.MethodGet, URL: u}
	}
	return NewResponse(&profile.Step{Name: step}, head, d.Body)
}

// absent says what a response is, if it is not metadata or keys; otherwise it returns zero.
func (v *provider) absent(r Response) lang.Text {
	switch status := r.head.StatusCode; {
	case status >= http.StatusMultipleChoices && status < http.StatusBadRequest:
		to := "…"
		if u, err := r.head.Location(); err == nil {
			to = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
		}
		return lang.Text{
			EN: "the server redirects to " + to + ", which ssoctl does not follow", ZH: "服务器跳转到 " + to + "，ssoctl 不会跟随",
		}
	case status != http.StatusOK:
		is := "HTTP " + strconv.Itoa(status)
		return lang.Text{EN: is, ZH: is}
	case r.Form() != body.JSON:
		x := v.c.excerpt(r)
		got := x.got(status)
		return lang.Text{EN: "expected JSON, got " + got.EN, ZH: "应为 JSON，得到 " + got.ZH}
	}
	return lang.Text{}
}

// fetch gets a public document of the provider, with several attempts. header is what the
// request has besides the usual.
func (c *Client) fetch(ctx context.Context, step profile.StepName, address string, header http.Header) (r Response, err error) {
	s := &profile.Step{Name: step}
	var refusal *Refusal
	err = c.repeat(ctx, s, c.deps.Retries.Most, func(ctx context.Context, again record.Repeat) error {
		if r, err = c.get(ctx, s, address, header, again); err != nil {
			return err
		}
		if refusal = c.refusal(s, r.head, profile.Verdict{}); IsTemporary(refusal) {
			return refusal
		}
		return nil
	})
	if refusal != nil && err == error(refusal) {
		return r, nil // the caller judges it
	}
	return r, err
}

// get sends one request for a public document of the provider.
func (c *Client) get(ctx context.Context, s *profile.Step, address string, header http.Header, again record.Repeat) (_ Response, err error) {
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Response{}, err // Addresses and ReadMetadata have parsed it
	}
	maps.Copy(get.Header, header)
	req := &recipe.Request{Request: get}
	c.addHeaders(req)
	var x *record.Call
	if c.deps.Record != nil {
		x = c.deps.Record.Begin(record.Call{Kind: record.Called, Repeat: again, Profile: c.profile.Name, Step: string(s.Name), Request: get})
	}
	defer func() { x.End(err, "") }()
	resp, data, err := c.send(ctx, s, req, x)
	if err != nil {
		return Response{}, err
	}
	if len(data) > oidc.MaxDocument {
		return Response{}, c.protocolError(s, resp, lang.Sprintf(lang.Text{EN: "larger than %d MiB", ZH: "超过 %d MiB"}, oidc.MaxDocument>>20))
	}
	return NewResponse(s, resp, data), nil
}
