package profile

import (
	"regexp"
	"slices"

	"ssoctl/pkg/recipe"
)

// Scan describes the vendor's script that shows its QR code in somebody else's page,
// and the messages that tell this page how the scan proceeds.
type Scan struct {
	SDK     recipe.Template            `toml:"sdk"`     // URL of the script
	Class   string                     `toml:"class"`   // class or function that the page calls: new Class({…})
	Options map[string]recipe.Template `toml:"options"` // its options; may contain ScanPlaceholders

	// Without Events, a message is confirmed if it has the members that Redirect needs.
	// Without Events and Redirect, the script sends no messages: it leads the browser to the
	// redirect_uri.
	Message map[string]any `toml:"message"` // members that every message has
	Event   string         `toml:"event"`   // member that says what happened
	Events  map[string]any `toml:"events"`  // value of that member for each of ScanEvents
	Code    string         `toml:"code"`    // member with the code, in a confirmed message
	// Redirect is set instead of Code if a confirmed message does not contain the code. The
	// page then goes to this URL, which leads to the redirect_uri. Placeholders that are
	// neither inputs nor ScanPlaceholders are members of the message.
	Redirect recipe.Template `toml:"redirect"`
	// Origin is the web origin of the messages, or of the script's frame: scheme and host.
	// The first label of the host may be *.
	Origin recipe.Template `toml:"origin"`
}

// BringsCode reports whether a message contains the code. Otherwise the browser goes to the
// redirect_uri.
func (s *Scan) BringsCode() bool { return s.Code != "" }

// IsSilent reports whether the script sends no messages.
func (s *Scan) IsSilent() bool { return len(s.Events) == 0 && s.Redirect == "" }

// FromMessage returns the members of a confirmed message that Redirect contains.
func (p *Profile) FromMessage() (members []string) {
	for _, ph := range p.Scan.Redirect.Placeholders() {
		if _, input := p.Inputs[ph.Name]; !input && !slices.Contains(ScanPlaceholders, ph.Name) {
			members = append(members, ph.Name)
		}
	}
	return members
}

// The events that messages report.
const (
	ScanScanned   = "scanned"
	ScanCancelled = "cancelled"
	ScanExpired   = "expired"
	ScanConfirmed = "confirmed" // with the code
)

// ScanEvents are these events, in the order in which they can occur.
var ScanEvents = []string{ScanScanned, ScanCancelled, ScanExpired, ScanConfirmed}

// ScanPlaceholders are the placeholders, besides inputs, that options may contain: the
// id of the page's element that the script fills, its width and height in pixels, the state,
// the redirect_uri as it is written in a query, for scripts that do not escape it, and the
// login's address.
var ScanPlaceholders = []string{"element", "width", "height", "state", EscapedRedirectURI, AuthorizeURL}

// Some of [ScanPlaceholders].
const (
	EscapedRedirectURI = "escaped_redirect_uri"
	AuthorizeURL       = "authorize_url"
)

// IsIdentifier reports whether name is a valid JavaScript identifier.
func IsIdentifier(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`).MatchString(name)
}
