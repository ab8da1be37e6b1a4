package key_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"
)

// smallRSA has keys that openssl genpkey made for these tests, by size in bits.
var smallRSA = map[int]string{
	512:  "MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAsAMFhgsG1fdhJjIV8DJnmhxrm5lYZb6q1fzXXzCrOJ50l6YjooCq4G2EE1gwWYrs6tDKkzUYaVsxa0h5PsgT3wIDAQABAkEAkqQh0PiU3GT6+oCWCIVmDV6KRJuwqyv8VsYNhZAdxs/SedLkSgc2HGyBoV/JcdqI+I5crbLMJH4E2Qz2R7x2MQIhAOZ+CJ4d4+Hi9ZHE153u9oV3plS0GgjRnLxe53AWiJ5JAiEAw32G20Wqi55btQJNRBFIENjZihyacfKuuIfL/753QOcCIQDLMnEGc/NiQGOdjptHcFOEdmb8ZYpOG/zBVClUd4kZgQIgVeO+7nQLXFB1Rm/+dpuJKC2+Vln+2XWgol63mGOcjZ0CIQC6wEDTkIQyuq6z8fLtFEA3YYXf5b6AoFP6N8d1edBoSA==",
	1023: "MIICdAIBADANBgkqhkiG9w0BAQEFAASCAl4wggJaAgEAAoGAV9dPq2LxhA5oBrG026cyupNMQabmjnw4h3MuNCgAc++JNkO/yiTV4PN6zefsPyoVNPRW1no0Kv7nvY3Cjdl/0jxikXoqNZAsGwXe/MpUs83pl4q51qEpIyhX5tg1UvYSZPy9JmH1nLvcMjJ//ZdMS602qQ0/fRYcMS0Kl3GgOqECAwEAAQKBgADY2rPUaG/Vk7s8y3myyxJxiTK44VBOcl0cBz4JhLeZf8E+NgNFB6r7rht+OREC3uF72bqHwykG/EUfsNidWFYzkY25pfJPWAr+H6KCUalhs2JZEpsUVgstEhozsc64owPmwVPN6utFl+X0tZmVqiEZpU5S55quQhBkFw1eC8KBAkEA3WTFvvwk5zlwfut6JEohWg78uctYMRD+DfJzNj3H97M7Iad47Vnj3XvJaebcimfi1MMSOz2qrmDkND94wzVp5QJAZZJVxqeZ29fLrMXjEodz7RANq0eL1BhXsI/fdjdf4ID4h/Q8V/X5eKMFs7b8FRv/nsSdN01U5DCBkVKhehzSDQJAcKatJA/iqzED9+DTxpFdxRhpKhS47EaMLwaV7xyimnw9c1Nm6cbadkFdbCCHSXmw5rfXmAM5zP8KPzeouBN+rQJAYVsnLnd9STSJe/xdT2hX3HVTtMWqKEyA2LK+rRAcrRLRpXab1G/nhBM2JvEQpKcml6a7TsOnx+UafBGox2QSjQJBAJf94gcB5zpPEQMigp6t+yA9C+Spue0ThEOEQw8J4ZwyyWfuOabDwb+OlZZCGaKCledz3Z8wgJNugHd84rj4Ctw=",
	1025: "MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAWb9ghSu/LAB94IHk07cHRhgIrxgch1fqtqueL0F3cH50QcLIjsYNfT6kjmFg7AfRZ3COEzslpCeYGmUAppZsfphTWLBXWloCFjbFDuTvDaRbBcUAQuJ/D/kgbpoNOTpcns7LBEd7JI7Mf5M9+ykJ4PYKHjtSrOGK9HBD8+Y4utLAgMBAAECgYEAlXVT8/KKh2i6OCuZO8rOXjigHZd1yx7qThM3d1L66WhtiyYqgTnqNO0hdctNcUUDwdN7hyM06E7XyvzxPHu9aXdF4b354XDkTs626VQfV64jlirrff0FFrgnGzEeAtXAbfFimcDO6uscjcifmcceIPgn+dFgLnQDaIof1bGiwskCQQG42f1xtmRS2fQDHBIPx9b7gpXNxFLonHTeWVCUiM6paHCo9foqK/eMYv0LDb36zw7oimpp2Seye+eugj0w8qoHAkEA0HawWAjT8vJxY0OH69l3ZMrjHn8Qugo33hZK60H9nTRUsbZiR6wKXJ+T4BIvbJOJhx3C6nGrdnIbZBei4vTznQJBAWcl+Ir+K2cv9tHduX0vsh2+eepjiaPFapSGMNaBSdPLqRSNKBvZK9gsALhTnrVIoH2j3iOTbPrEZK/PnKhW2VsCQDtop8be9TA2gbPtSe4f8pOp8mH9ilHKmbNUHRPAobtMb5qZxJZyZB2TaLwh0pwZy8bS53qS3G+MA1xaFBSkBE0CQQCG2e7pP4fRFHrFNst1ry2GFYm3v4vyg1r957DDtJZyFpHME5fV51//OYt5AhEPKsxjlvFcuvwT4gukoLszA9qD",
}

// encryptedEd25519 is a key that openssl pkcs8 -topk8 encrypted, without the first and last
// line of PEM.
const encryptedEd25519 = "MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAj7Sjq05AniqwIBATAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQrO1x7kpKoIsMJlNzN3TQ7ARAvwN7KuJPX/f8gHH5iKTyLArhZgUFH+eAQgZZbdlDekgc58VhQQYgNaHHTlPo3d53iEnxJZG/odh2g6soEOpjww=="

func certificate(t *testing.T) string {
	t.Helper()
	private := rsaKey(t)
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "acme"}, NotAfter: time.Unix(4e9, 0)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	return inPEM("CERTIFICATE", der)
}

// changedPKCS1 returns a key whose modulus is not the product of its primes.
func changedPKCS1(t *testing.T) string {
	t.Helper()
	var numbers struct {
		Version                        int
		N, E, D, P, Q, Dp, Dq, Inverse *big.Int
	}
	if _, err := asn1.Unmarshal(x509.MarshalPKCS1PrivateKey(rsaKey(t)), &numbers); err != nil {
		t.Fatal(err)
	}
	numbers.N.Add(numbers.N, big.NewInt(2))
	der, err := asn1.Marshal(numbers)
	if err != nil {
		t.Fatal(err)
	}
	return inPEM("RSA PRIVATE KEY", der)
}

// ecKeys has keys that openssl genpkey made for these tests, by curve.
var ecKeys = map[string]string{
	"P-384": "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDDIcyJ/DcmPhCFmxC7CjKzLEmLcXA43zT0n9aoMB2IOQfJ2Zo4E8E2mC0ZAsSMM7XahZANiAATzsytkX6mxnyhoD+GNNVrysXt36+OuIw2RuoaPBhcX90CgdykUVb58jYZ/3iva5zlNsgujXwtea83hJTO5lCfYs4zE1adgFVubilDYF01Q0XwG7+Dt6SpWBDH36t5T1bc=",
	"P-521": "MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIA9JhyBhfEmTOWWoUlJES4S9IS2qtmP/JT0yoCTsmVLbAdP5ev8ygf5spOE6LN9/t2nRosH4F6Tb6vv/TAQpe8nHChgYkDgYYABABJqJAFEy4eTNZkKn5+nf6Tls9MMHgDrfrYDmsh+B7FGnIaUHEIuhasxrd9MRa8o6svAemcGV6R4JJFnvaFxSVf3wBBzJakpgx14oD81KUMJEVdb7cAP6ibv2o2AbE+3+DUgT1t7e0ichxmVvrrxraEUvcux67jR8Vp57h7dyB4eSkCog==",
}
