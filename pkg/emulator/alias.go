package emulator

import (
	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/emulator/person"
)

// Fault makes requests fail on demand, see [fault].
type Fault = fault.Fault

// Transports is [fault.Transports].
var Transports = fault.Transports

// ParseFault is [fault.Parse].
func ParseFault(text string) (Fault, error) { return fault.Parse(text) }

// What the ledger shows, see [ledger].
type (
	Event   = ledger.Event
	Problem = ledger.Problem
	Record  = ledger.Record
	Message = ledger.Message
	Filter  = ledger.Filter
)

// Accepted is [ledger.Accepted].
const Accepted = ledger.Accepted

// The people who can log in, see [person].
type (
	User   = person.User
	Tenant = person.Tenant
)

// DefaultUsers is [person.Defaults].
func DefaultUsers() []User { return person.Defaults() }
