package export_test

import (
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

func readRoute53(data []byte, _ *export.RecordSet) ([]txtrecord.RRSet, error) {
	var batch struct {
		Changes []struct {
			Action            string
			ResourceRecordSet struct {
				Name, Type      string
				TTL             uint32
				ResourceRecords []struct{ Value string }
			}
		}
	}
	if err := decode(data, &batch); err != nil {
		return nil, err
	}
	var c collector
	for _, change := range batch.Changes {
		if err := equal("the action", change.Action, "UPSERT"); err != nil {
			return nil, err
		}
		s := change.ResourceRecordSet
		for _, record := range s.ResourceRecords {
			value, err := unquote(s.Type, record.Value)
			if err == nil {
				err = c.add(s.Name, s.Type, s.TTL, value)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return c.sets, equal("the number of changes", len(batch.Changes), len(c.sets))
}

func readCloudflare(data []byte, _ *export.RecordSet) ([]txtrecord.RRSet, error) {
	var batch struct {
		Posts []struct {
			Name, Type, Content string
			TTL                 uint32
			Proxied             *bool
		}
	}
	if err := decode(data, &batch); err != nil {
		return nil, err
	}
	var c collector
	for _, post := range batch.Posts {
		proxied := post.Proxied != nil && *post.Proxied
		if err := equal("proxied", []bool{proxied, post.Proxied == nil}, []bool{false, post.Type == "TXT"}); err != nil {
			return nil, err
		}
		value, err := unquote(post.Type, post.Content)
		if err != nil {
			return nil, err
		}
		name, err := withDot(post.Name)
		if err == nil {
			err = c.add(name, post.Type, post.TTL, value)
		}
		if err != nil {
			return nil, err
		}
	}
	return c.sets, nil
}

func readPowerDNS(data []byte, _ *export.RecordSet) ([]txtrecord.RRSet, error) {
	var zone struct {
		RRSets []struct {
			Name, Type, ChangeType string
			TTL                    uint32
			Records                []struct {
				Content  string
				Disabled *bool
			}
		}
	}
	if err := decode(data, &zone); err != nil {
		return nil, err
	}
	var c collector
	for _, s := range zone.RRSets {
		if err := equal("changetype", s.ChangeType, "REPLACE"); err != nil {
			return nil, err
		}
		for _, record := range s.Records {
			if err := equal("disabled", record.Disabled != nil && !*record.Disabled, true); err != nil {
				return nil, err
			}
			value, err := unquote(s.Type, record.Content)
			if err == nil {
				err = c.add(s.Name, s.Type, s.TTL, value)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return c.sets, equal("the number of sets", len(zone.RRSets), len(c.sets))
}
