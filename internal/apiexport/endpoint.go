package apiexport

import (
	"fmt"
	"slices"
	"strings"
)

// An Endpoint is a list that an API of the vendor's returns, by the last part of its path.
type Endpoint string

// The endpoints that can be read.
const (
	// ServiceEdgeGroup lists the groups of Private Service Edges with their edges.
	ServiceEdgeGroup Endpoint = "serviceEdgeGroup"
	// WebPolicy lists Client Connector's app profiles.
	WebPolicy Endpoint = "web/policy/listByCompany"
)

// A description says how the items of an endpoint are known.
type description struct {
	endpoint Endpoint
	// what the items are, in words.
	what string
	// envelope is the member around the list.
	envelope string
	// telling are members that items of this endpoint have and those of no other here.
	telling []string
}

// descriptions are of the lists that could be taken for each other.
var descriptions = []description{
	{ServiceEdgeGroup, "groups of Private Service Edges", "list", []string{"serviceEdges", "graceDistanceEnabled", "trustedNetworks"}},
	{"serviceEdge", "single Private Service Edges without their groups", "list", []string{"serviceEdgeGroupId", "serviceEdgeGroupName"}},
	{"appConnectorGroup", "groups of App Connectors", "list", []string{"connectors", "serverGroups", "lssAppConnectorGroup", "tcpQuickAckApp"}},
	{"connector", "single App Connectors", "list", []string{"appConnectorGroupId", "appConnectorGroupName"}},
	{"application", "application segments", "list", []string{"segmentGroupId", "domainNames"}},
	{"segmentGroup", "segment groups", "list", []string{"applications", "policyMigrated"}},
	{"serverGroup", "server groups", "list", []string{"appConnectorGroups", "dynamicDiscovery"}},
	{"server", "application servers", "list", []string{"appServerGroupIds"}},
	{"provisioningKey", "provisioning keys", "list", []string{"provisioningKey", "maxUsage"}},
	{WebPolicy, "app profiles", "policies", []string{"disasterRecovery", "deviceType", "ruleOrder", "forwardingProfileId", "policyToken"}},
	{"getDevices", "enrolled devices", "", []string{"udid", "machineHostname"}},
}

func (e Endpoint) description() description {
	i := slices.IndexFunc(descriptions, func(d description) bool { return d.endpoint == e })
	return descriptions[i]
}

// perPlatform reports whether the API gives a list for each platform, with a count of its
// own, so that several files need not be pages of one list.
func (d description) perPlatform() bool { return d.endpoint == WebPolicy }

// has reports whether an object has one of the telling members.
func (d description) has(o Object) bool { return slices.ContainsFunc(d.telling, o.has) }

// recognise returns the endpoint that an object is an item of.
func recognise(o Object) (description, bool) {
	i := slices.IndexFunc(descriptions, func(d description) bool { return d.has(o) })
	if i < 0 {
		return description{}, false
	}
	return descriptions[i], true
}

// another is the error about a list that is not the one asked for. found is what it seems to
// be, in words.
func (d description) another(page, where, found string) *Error {
	return &Error{Page: page, Where: where, Kind: ErrEndpoint, Detail: fmt.Sprintf("%s, wanted are %s", found, d.what),
		Way: fmt.Sprintf("export the list of %s: GET …/%s", d.what, d.endpoint)}
}

// unknown is the error about a list that tells nothing.
func (d description) unknown(page string) *Error {
	return d.another(page, "", "nothing in it has "+strings.Join(d.telling, ", ")+" or anything else that is known")
}
