package profile

import (
	"regexp"

	"ssoctl/pkg/recipe"
)

// Scan describes the vendor's script that shows its QR code in somebody else's page,
// and the messages that tell this page how the scan proceeds.
type Scan struct {
	SDK     recipe.Template            `toml:"sdk"`     // URL of the script
	Class   string                     `toml:"class"`   // class that the page instantiates: new Class({…})
	Options map[string]recipe.Template `toml:"options"` // its options; may contain ScanPlaceholders

	Message map[string]any `toml:"message"` // members that every message has
	Event   string         `toml:"event"`   // member that says what happened
	Events  map[string]any `toml:"events"`  // value of that member for each of ScanEvents
	Code    string         `toml:"code"`    // member with the code, in a confirmed message
	// Origin is the web origin of the messages: scheme and host. The first label of
	// the host may be *.
	Origin recipe.Template `toml:"origin"`
}

// ScanEvents are the events that messages report, in the order in which they can
// occur.
var ScanEvents = []string{"scanned", "cancelled", "expired", "confirmed"}

// ScanPlaceholders are the placeholders, besides inputs, that options may contain: the
// id of the page's element that the script fills, and its width and height in pixels.
var ScanPlaceholders = []string{"element", "width", "height"}

// IsIdentifier reports whether name is a valid JavaScript identifier.
func IsIdentifier(name string) bool {
	return regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`).MatchString(name)
}
