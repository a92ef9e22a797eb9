package delegation_test

import (
	"context"
	"errors"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

func TestFind(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		name, zone string
		roundTrips time.Duration
	}{
		"in the zone":             {"dr.example.com", "example.com.", 3},
		"in capitals":             {"DR.Example.COM.", "example.com.", 3},
		"not there":               {"x.y.z.example.com", "example.com.", 3},
		"apex":                    {"example.com", "example.com.", 2},
		"top-level domain":        {"com", "com.", 1},
		"root":                    {".", ".", 0},
		"no such domain":          {"dr.absent.example", "example.", 2},
		"no such top-level":       {"dr.example.invalid", ".", 1},
		"alias":                   {"alias.example.com", "example.com.", 3},
		"deeper cut":              {"x.deep.example.com", "deep.example.com.", 4},
		"no glue":                 {"x.glueless.example.com", "glueless.example.com.", 3 + 4 + 1}, // root, example, provider, A
		"hosted by the parent's":  {"x.hosted.example.com", "hosted.example.com.", 3 + 1 + 1},     // SOA, NS, SOA
		"alias hosted so":         {"alias.hosted.example.com", "hosted.example.com.", 3 + 2 + 1}, // CNAME, SOA, NS, CNAME
		"apex hosted by parent's": {"hosted.example.com", "hosted.example.com.", 3 + 1},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				finder, begin := newFinder(t, internet()), time.Now()
				cut, err := finder.Find(t.Context(), c.name)
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begin); cut.Zone != c.zone || took != c.roundTrips*roundTrip {
					t.Errorf("%s after %v, want %s after %v", cut.Zone, took, c.zone, c.roundTrips*roundTrip)
				}
				if cut.Told() {
					t.Error("nobody was asked to tell the cut")
				}
			})
		})
	}
}

// The steps are those of the delegation, with the name servers that the parent names.
func TestNext(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		finder := newFinder(t, internet())
		want := []delegation.Cut{
			{Zone: "com.", Servers: []delegation.NameServer{server("a.nic.example.", tldAt)}},
			{Zone: "example.com.", Servers: []delegation.NameServer{
				server("ns1.example.com.", exampleAt, "2001:db8::21"), server("ns2.provider.example.")}},
		}
		var got []delegation.Cut
		for cut := finder.Root(); ; {
			next, err := finder.Next(t.Context(), cut, "dr.example.com")
			if err != nil {
				t.Fatal(err)
			}
			if next == nil {
				break
			}
			got = append(got, delegation.Cut{Zone: next.Zone, Servers: next.Servers})
			cut = next
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}

// A cut that is remembered from another walk is none on the way from a zone beside it.
func TestNextBesideTheZone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		finder := newFinder(t, internet())
		example, err := finder.Find(t.Context(), "dr.example.com")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := finder.Find(t.Context(), "x.provider.example"); err != nil {
			t.Fatal(err)
		}
		cut, err := finder.Next(t.Context(), example, "x.provider.example")
		if failed, ok := errors.AsType[*delegation.Error](err); !ok || failed.Zone != "example.com." || cut != nil {
			t.Errorf("got %+v, %v", cut, err)
		}
	})
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		host string
		want []string
		err  error
	}{
		"in the zone":     {"ns1.example.com.", []string{exampleAt, "2001:db8::21"}, nil},
		"without glue":    {"NS2.provider.example", []string{secondAt}, nil},
		"hosted so":       {"ns.hosted.example.com", []string{exampleAt}, nil},
		"no address":      {"dr.example.com.", nil, delegation.ErrNoAddress},
		"alias":           {"alias.example.com.", nil, delegation.ErrNoAddress}, // RFC 2181 §10.3
		"no such host":    {"absent.example.com.", nil, delegation.ErrNoAddress},
		"null":            {".", nil, delegation.ErrNoAddress},
		"no such address": {"ns.example.invalid.", nil, delegation.ErrNoAddress},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				finder := newFinder(t, internet())
				cut, err := finder.Find(t.Context(), "dr.example.com")
				if err != nil {
					t.Fatal(err)
				}
				got, err := finder.Addresses(t.Context(), cut, c.host)
				if !errors.Is(err, c.err) || !slices.Equal(got, server("", c.want...).Glue) {
					t.Errorf("got %v, %v; want %v, %v", got, err, c.want, c.err)
				}
			})
		})
	}
}

func TestFamily(t *testing.T) {
	t.Parallel()
	for family, want := range map[dnsquery.Family]string{dnsquery.IPv4: exampleAt, dnsquery.IPv6: "2001:db8::21"} {
		t.Run(want, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				finder := newFinder(t, dualInternet())
				finder.Roots = []delegation.NameServer{server("a.root.example.", rootAt, "2001:db8::1")}
				finder.Client.Family = family
				cut, err := finder.Find(t.Context(), "dr.example.com")
				if err != nil {
					t.Fatal(err)
				}
				got, err := finder.Addresses(t.Context(), cut, "ns1.example.com")
				if err != nil || !slices.Equal(got, []netip.Addr{netip.MustParseAddr(want)}) {
					t.Errorf("got %v, %v", got, err)
				}
			})
		})
	}
}

// Where there is no route to IPv6, it is not even tried first.
func TestNoRouteToIPv6(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		finder, begin := newFinder(t, internet()), time.Now()
		finder.Roots = []delegation.NameServer{server("a.root.example.", "2001:db8::1", rootAt), server("b.root.example.", "2001:db8::2")}
		cut, err := finder.Find(t.Context(), "dr.example.com")
		if took := time.Since(begin); err != nil || cut.Zone != "example.com." || took != 3*roundTrip {
			t.Errorf("%+v, %v after %v", cut, err, took)
		}
	})
}

// Glue of one family alone says nothing about the other.
func TestGlueOfTheOtherFamily(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(rootAt, zones(`. 300 IN SOA a.root.example. . 1 1 1 1 60
com. 300 IN NS b.nic.example.
b.nic.example. 300 IN AAAA 2001:db8::10
example. 300 IN NS a.nic.example.
a.nic.example. 300 IN A 192.0.2.10
`))
		n.Add(tldAt, zones(comZone, tldZone+"b.nic.example. 300 IN A 192.0.2.10\n"))
		finder := newFinder(t, n)
		finder.Client.Family = dnsquery.IPv4
		cut, err := finder.Find(t.Context(), "dr.example.com")
		if err != nil || cut.Zone != "example.com." {
			t.Errorf("%+v, %v", cut, err)
		}
	})
}

func TestNoAddressOfTheFamily(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		finder := newFinder(t, internet())
		finder.Client.Family = dnsquery.IPv6
		_, err := finder.Find(t.Context(), "dr.example.com")
		if failed, ok := errors.AsType[*delegation.Error](err); !ok || failed.Zone != "." || !errors.Is(err, delegation.ErrNoAddress) {
			t.Error(err)
		}
	})
}

// A second name in the same zone needs neither the root nor the top-level domain, as
// long as the NS records may be remembered.
func TestCache(t *testing.T) {
	t.Parallel()
	for ttl, lifetime := range map[string]time.Duration{"60": time.Minute, "86400": 5 * time.Minute, "0": 0} {
		t.Run(ttl, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				n := internet()
				n.Add(rootAt, zones(withTTL(rootZone, ttl)))
				n.Add(tldAt, zones(withTTL(comZone, ttl), withTTL(tldZone, ttl)))
				finder := newFinder(t, n)
				asked := func(name string) int {
					before := n.Asked(rootAt) + n.Asked(tldAt)
					if cut, err := finder.Find(t.Context(), name); err != nil || cut.Zone != "example.com." {
						t.Fatalf("%+v, %v", cut, err)
					}
					return n.Asked(rootAt) + n.Asked(tldAt) - before
				}
				if got := asked("dr.example.com"); got != 2 {
					t.Errorf("%d questions for the first name, want 2", got)
				}
				time.Sleep(max(0, lifetime-3*roundTrip)) // the root was heard two round trips ago
				if got := asked("other.example.com"); got != 0 && lifetime > 0 {
					t.Errorf("%d questions for the second name, want 0", got)
				}
				time.Sleep(3 * roundTrip)
				if got := asked("third.example.com"); got != 2 {
					t.Errorf("%d questions after the end, want 2", got)
				}
			})
		})
	}
}

func TestConcurrentUse(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		finder := newFinder(t, internet())
		var wait sync.WaitGroup
		for range 10 {
			for name, zone := range map[string]string{
				"dr.example.com": "example.com.", "x.deep.example.com": "deep.example.com.", "x.glueless.example.com": "glueless.example.com.",
				"x.hosted.example.com": "hosted.example.com.", "x.provider.example": "provider.example.",
			} {
				wait.Go(func() {
					cut, err := finder.Find(t.Context(), name)
					if err != nil || cut.Zone != zone {
						t.Errorf("%s: %+v, %v", name, cut, err)
					}
				})
			}
		}
		wait.Wait()
	})
}

func TestCancellation(t *testing.T) {
	t.Parallel()
	cases := map[string]string{"while one answers": "dr.example.com", "while a name is looked up": "x.glueless.example.com"}
	for title, name := range cases {
		t.Run(title, func(t *testing.T) {
			for after := roundTrip / 2; after < 3*roundTrip; after += roundTrip / 2 {
				synctest.Test(t, func(t *testing.T) {
					finder, begin := newFinder(t, internet()), time.Now()
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(after, cancel)
					_, err := finder.Find(ctx, name)
					if took := time.Since(begin); err != context.Canceled || took != after {
						t.Errorf("%v after %v, want an end after %v", err, took, after)
					}
				})
			}
		})
	}
}

// No question goes out after the end, not on a connection that is open either, and the
// error is the context's whichever goroutine sees the end first.
func TestNothingAfterCancellation(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		finder := newFinder(t, n)
		if _, err := finder.Find(t.Context(), "dr.example.com"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		before := n.Asked(exampleAt)
		for range 50 {
			if _, err := finder.Find(ctx, "other.example.com"); err != context.Canceled {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		if got := n.Asked(exampleAt) - before; got != 0 {
			t.Errorf("%d questions", got)
		}
	})
}
