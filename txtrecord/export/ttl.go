package export

import "cmp"

// A TTLRange is what a host accepts, in seconds, both ends included.
type TTLRange struct{ Least, Most uint32 }

// mostTTL is the largest that DNS allows (RFC 2181 §8).
const mostTTL = 1<<31 - 1

// Cloudflare's least TTL: for everybody, and for its enterprise plan.
const (
	cloudflareLeastTTL           = 60
	cloudflareEnterpriseLeastTTL = 30
)

var cloudflareTTL = TTLRange{cloudflareLeastTTL, 86400}

// CheckTTL returns a [*TTLError] if the format's host refuses the TTL, in seconds.
func (f Format) CheckTTL(ttl uint32, target Target) error {
	form, err := f.form(target.Provider)
	if err != nil {
		return err
	}
	limits := TTLRange{form.TTL.Least, cmp.Or(form.TTL.Most, mostTTL)}
	if form.plans && target.LeastTTL > 0 {
		limits.Least = max(target.LeastTTL, cloudflareEnterpriseLeastTTL)
	}
	if limits.Least <= ttl && ttl <= limits.Most {
		return nil
	}
	return &TTLError{
		Host:       cmp.Or(form.Host, "DNS"),
		TTL:        ttl,
		Limits:     limits,
		Enterprise: form.plans && limits.Least > cloudflareEnterpriseLeastTTL,
	}
}
