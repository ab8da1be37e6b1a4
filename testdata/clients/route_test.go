package clients_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// A route is an http.RoundTripper that sends requests to a platform's hosts to the emulator,
// with the platform's paths. It never uses the network.
type route struct {
	hosts     []string
	base      *url.URL // of the profile at the emulator
	transport http.Transport
}

func (r *route) RoundTrip(request *http.Request) (*http.Response, error) {
	if !slices.Contains(r.hosts, request.URL.Host) {
		return nil, fmt.Errorf("%s is not one of the hosts that lead to the emulator: %v", request.URL.Host, r.hosts)
	}
	led := request.Clone(request.Context())
	led.URL.Scheme, led.URL.Host = r.base.Scheme, r.base.Host
	led.URL.Path = r.base.Path + request.URL.Path
	if request.URL.RawPath != "" {
		led.URL.RawPath = r.base.Path + request.URL.RawPath
	}
	led.Host = ""
	return r.transport.RoundTrip(led)
}
