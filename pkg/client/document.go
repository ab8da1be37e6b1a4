package client

import (
	"context"
	"net/http"
	"net/url"

	"ssoctl/pkg/httpcache"
	"ssoctl/pkg/profile"
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
