package emulator

import (
	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/emulator/person"
)

// Fault makes requests fail on demand, see [fault].
type Fault = fault.Fault

// Transports is [fault.Transports].
var Transports = fault.Transports

// ParseFault is [fault.Parse].
func ParseFault(text string) (Fault, error) { return fault.Parse(text) }

// The people who can log in, see [person].
type (
	User   = person.User
	Tenant = person.Tenant
)

// DefaultUsers is [person.Defaults].
func DefaultUsers() []User { return person.Defaults() }

// ParseUsers is [person.ParseFile].
func ParseUsers(file string, data []byte) ([]User, error) { return person.ParseFile(file, data) }

// ParseUser is [person.Parse].
func ParseUser(text string) (User, error) { return person.Parse(text) }
