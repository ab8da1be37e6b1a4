package cmd_test

import (
	"maps"
	"slices"
	"testing"
)

// These tests compare the client and the emulator with the vendors' documents, and with each
// other. Only the documents have authority.
//
//	document_client_test.go    TestClientMeetsDocument
//	document_emulator_test.go  TestEmulatorMeetsDocument
//	document_strict_test.go    TestEmulatorRefusesWhatDiffersFromDocument
//	document_signature_test.go TestSignaturesAreDocumented
//	emulation_flow_test.go     TestClientMeetsEmulator, TestRefusalsKeepTheirKind
//	emulation_once_test.go     TestCodeIsSentOnce
//
// A new vendor needs a profile and fixtures, but no test code.

// TestEveryStepIsDocumented checks that profiles and fixtures have the same steps. A step that
// a profile inherits is documented with the profile that has it.
func TestEveryStepIsDocumented(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, f := range fixtures(t) {
		documented[f.group()] = true
	}
	all := maps.Clone(documented)
	for _, p := range usableProfiles(t) {
		for _, s := range p.Requests() {
			inherited := slices.ContainsFunc(p.Extends, func(base string) bool {
				from := p.Where(s.Name.Table() + ".url")
				return all[base+"/"+string(s.Name)] && from == builtinProfile(t, base).Where(s.Name.Table()+".url")
			})
			if !inherited && !documented[p.Name+"/"+string(s.Name)] {
				t.Errorf("%s: no fixture shows a success of the step %s", p.Name, s.Name)
			}
			delete(documented, p.Name+"/"+string(s.Name))
			delete(documented, p.Name+"/"+string(s.Name)+" refused")
		}
	}
	for _, group := range slices.Sorted(maps.Keys(documented)) {
		t.Errorf("%s: there are fixtures, but no profile has this step", group)
	}
}
