package login

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"ssoctl/pkg/client"
	"ssoctl/pkg/loopback"
)

// Page is a page in the user's browser that obtains a code.
type Page interface {
	http.Handler
	// Code waits for the code.
	Code(context.Context) (string, error)
	// Finish shows on the page how the login ended. It returns when this has been sent.
	Finish(loopback.Ending)
}

// Server makes a [Page] for a login, and shows its address.
type Server interface {
	Serve(client.Authorization, *loopback.Listener) (Page, error)
}

// served is a Page and the listener that serves it.
type served struct {
	Page
	listener *loopback.Listener
}

func (s served) Finish(e loopback.Ending) {
	s.Page.Finish(e)
	s.listener.Close()
}

// catchPage is [Flow.Code] for a flow with a Server. If the Server fails, catchPage closes the
// listener; otherwise [Caught.Finish] does.
func (f Flow) catchPage(ctx context.Context, auth client.Authorization, l *loopback.Listener) (Caught, error) {
	page, err := f.Server.Serve(auth, l)
	if err != nil {
		l.Close()
		return Caught{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, f.Wait, errWaited)
	defer cancel()
	broken := make(chan error, 1)
	go func() { broken <- l.Serve(f.aroundPage(page, auth)) }()
	var code string
	got := make(chan error, 1)
	go func() {
		var err error
		code, err = page.Code(ctx)
		got <- err
	}()
	select {
	case err = <-got:
	case err = <-broken:
		cancel()
		<-got
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = f.overdue(ctx)
	}
	return Caught{Authorization: auth, Code: code, Redirect: auth.Before, browser: served{page, l}}, err
}

// aroundPage serves the page, and also reports a browser that arrives at the redirect_uri,
// because this flow gets no code from there.
func (f Flow) aroundPage(page Page, auth client.Authorization) http.Handler {
	redirect, err := url.Parse(auth.RedirectURI)
	if err != nil || f.Strays == nil {
		return page
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page.ServeHTTP(w, r)
		if r.URL.Path == redirect.Path && r.URL.RawQuery != "" {
			f.Strays.Add(loopback.NewStray(loopback.AroundPage))
		}
	})
}
