package idp_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// answers are what the person types into forms, by the fields' names.
var answers = map[string]string{"username": "test-user2", "password": "verysecure"}

// A browser follows redirects, keeps cookies, and submits each form that it sees: it presses
// the first button.
type browser struct {
	client *http.Client
	// denies says that the person presses the last button that leads to an address.
	denies bool
	// until stops a redirect to an address that begins with it; "" follows all.
	until string
}

// linkButton is a button whose script leads to an address.
var linkButton = regexp.MustCompile(`onclick="location\.href='([^']*)'"`)

func newBrowser() *browser {
	jar, _ := cookiejar.New(nil) // has no error without options
	b := &browser{client: &http.Client{Jar: jar}}
	b.client.CheckRedirect = func(to *http.Request, _ []*http.Request) error {
		if b.arrived(to.URL.String()) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return b
}

func (b *browser) arrived(address string) bool {
	return b.until != "" && strings.HasPrefix(address, b.until)
}

// open opens an address, and returns where the browser ends: at a page without a form, or at
// the redirect for which it looks.
func (b *browser) open(address string) (string, error) {
	response, err := b.client.Get(address)
	for pages := 0; err == nil; pages++ {
		to, next, readErr := b.read(response)
		switch {
		case readErr != nil || next == nil:
			return to, readErr
		case pages == 10:
			return to, fmt.Errorf("%s: too many pages", to)
		}
		response, err = b.client.Do(next)
	}
	return "", err
}

// read returns where a response leads, and the request of its form, if it has one.
func (b *browser) read(response *http.Response) (string, *http.Request, error) {
	defer response.Body.Close()
	at := response.Request.URL
	if to, err := response.Location(); err == nil && b.arrived(to.String()) {
		return to.String(), nil, nil
	}
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return at.String(), nil, err
	}
	if response.StatusCode != http.StatusOK {
		return at.String(), nil, fmt.Errorf("%s: %s: %.500s", at, response.Status, page)
	}
	root, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		return at.String(), nil, err
	}
	if form := find(root, "form"); form != nil {
		next, err := submit(at, form)
		return at.String(), next, err
	}
	if buttons := linkButton.FindAllSubmatch(page, -1); len(buttons) > 0 {
		pressed := buttons[0]
		if b.denies {
			pressed = buttons[len(buttons)-1]
		}
		next, err := at.Parse(string(pressed[1]))
		if err != nil {
			return at.String(), nil, err
		}
		request, err := http.NewRequest(http.MethodGet, next.String(), nil)
		return at.String(), request, err
	}
	return at.String(), nil, nil
}

// submit returns the request that a form sends.
func submit(at *url.URL, form *html.Node) (*http.Request, error) {
	to, err := at.Parse(attribute(form, "action"))
	if err != nil {
		return nil, err
	}
	values, pressed := url.Values{}, false
	for n := range form.Descendants() {
		name, kind := attribute(n, "name"), attribute(n, "type")
		button := n.Data == "button" || kind == "submit"
		if n.Type != html.ElementNode || n.Data != "input" && n.Data != "button" || name == "" || button && pressed {
			continue
		}
		pressed = pressed || button
		value := attribute(n, "value")
		if typed, known := answers[name]; known {
			value = typed
		}
		values.Set(name, value)
	}
	if !strings.EqualFold(attribute(form, "method"), "post") {
		to.RawQuery = values.Encode()
		return http.NewRequest(http.MethodGet, to.String(), nil)
	}
	request, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(values.Encode()))
	if err == nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return request, err
}

func find(root *html.Node, element string) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == element {
			return n
		}
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
