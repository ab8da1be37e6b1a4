package failure

import "slices"

// Details are what an error says to scripts besides its kind and text: members of its JSON,
// as docs/output.md describes them.
type Details struct {
	Profile       string `json:"profile,omitempty"`
	Step          string `json:"step,omitempty"`
	Refusal       string `json:"refusal,omitempty"`
	VendorCode    string `json:"vendor_code,omitempty"`
	VendorMessage string `json:"vendor_message,omitempty"`
	HTTPStatus    int    `json:"http_status,omitempty"`
	TraceID       string `json:"trace_id,omitempty"`
	RequestID     string `json:"request_id,omitempty"`
	Claim         string `json:"claim,omitempty"` // what is wrong with an id_token
}

// detailed are the kinds whose errors have details. If errors are joined, the details are
// those of the first of these kinds, because what the vendor said matters most.
var detailed = []Kind{Refused, Protocol, Network, Usage, NotOffered, Profile, Timeout, Callback}

// DetailsOf returns the details of an error, or of an error that it wraps or joins.
func DetailsOf(err error) Details {
	var out Details
	best := len(detailed) + 1
	for e := range All(err) {
		with, ok := e.(interface{ Details() Details })
		if !ok {
			continue
		}
		rank := len(detailed) // an error that takes its kind from the one it wraps
		if e, ok := e.(interface{ Failure() Kind }); ok && slices.Contains(detailed, e.Failure()) {
			rank = slices.Index(detailed, e.Failure())
		}
		if rank < best {
			best, out = rank, with.Details()
		}
	}
	return out
}
